package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.net.client.HttpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of each time that a key is written. It only wakes: what was written is read by whoever is
 * woken, so a watch that was cut, or that missed what has been compacted, begins again with now and
 * a look at the keys.
 */
final class EtcdWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    /** A watch that says nothing for so long is opened anew, since a cut wire says nothing too. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final long PAUSE_NANOS = 100_000_000;
    private static final int MOST_BYTES = 64 << 20;

    private final EtcdClient client;
    private final String from;
    private final String to;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread;
    private int member;
    private HttpClient.@Nullable Response open;
    private boolean closed;

    /** Who is told; quick. */
    interface Events {
        /** From now on events come; what was before may have been missed. */
        void began() throws IOException;

        /**
         * A key was written or deleted.
         *
         * @param modified etcd's revision
         */
        void happened(long modified, boolean deleted);
    }

    /** Watches the keys from one to before the other from now on. */
    EtcdWatch(EtcdClient client, String from, String to, Events events) {
        this.client = client;
        this.from = from;
        this.to = to;
        this.events = events;
        this.thread = Thread.ofPlatform().daemon().name("etcd watch").unstarted(this::run);
        thread.start();
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (open != null) {
                open.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        member = client.members().current();
        while (!isClosed()) {
            try {
                follow();
            } catch (IOException e) {
                LOG.debug("the watch of etcd begins again: {}", e.getMessage());
            }
            member = (member + 1) % client.members().count();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void follow() throws IOException {
        ObjectNode request = Json.object();
        request.putObject("create_request")
                .put("key", Txn.bytes(from))
                .put("range_end", Txn.bytes(to));
        try (HttpClient.Response response = client.open(member, "/v3/watch", request, SILENCE)) {
            if (!began(response)) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (response.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    byte each = buffer.get();
                    if (each == '\n') {
                        take(line.toByteArray());
                        line.reset();
                    } else {
                        line.write(each);
                    }
                }
                if (line.size() > MOST_BYTES) {
                    throw new IOException("an event of more than " + MOST_BYTES + " bytes");
                }
                buffer.clear();
            }
        } finally {
            lock.lock();
            try {
                open = null;
            } finally {
                lock.unlock();
            }
        }
    }

    private void take(byte[] line) throws IOException {
        JsonNode message = Json.read(line);
        JsonNode result = message.path("result");
        if (message.has("error") || result.path("canceled").asBoolean()) {
            // A token that has ended is told here.
            client.tokenRefused();
            throw new IOException(message.toString());
        }
        if (result.path("created").asBoolean()) {
            events.began();
        }
        for (JsonNode event : result.path("events")) {
            events.happened(
                    event.path("kv").path("mod_revision").asLong(),
                    event.path("type").asText().equals("DELETE"));
        }
    }

    private boolean began(HttpClient.Response response) {
        lock.lock();
        try {
            open = response;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
