package dev.skerry.control.store.etcd;

import dev.skerry.control.store.SharedStore.Followed;
import dev.skerry.control.store.SharedStore.Follower;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the records under a prefix. Whoever is woken reads what was written since it looked last;
 * names are compared only after something was deleted, or may have been.
 */
final class Mirror implements Followed {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final int PAGE = 10_000;

    private final EtcdClient client;
    private final Keys keys;
    private final Values values;
    private final Follower follower;
    private final String from;
    private final String to;
    private final SharedRead<Long> reads = new SharedRead<>(this::read);
    private final AtomicBoolean deletions = new AtomicBoolean();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final EtcdWatch watch;

    // Both of the read that is under way: there is one at a time.
    private final Set<String> known = new HashSet<>();
    private long upTo;

    Mirror(EtcdClient client, Keys keys, Values values, String prefix, Follower follower)
            throws IOException {
        this.client = client;
        this.keys = keys;
        this.values = values;
        this.follower = follower;
        this.from = keys.record(prefix);
        this.to = Keys.behind(from);
        catchUp();
        this.watch = new EtcdWatch(client, from, to, new Waking());
    }

    @Override
    public void catchUp() throws IOException {
        long _ = reads.get();
    }

    void close() {
        watch.close();
    }

    private final class Waking implements EtcdWatch.Events {
        @Override
        public void began() {
            deletions.set(true);
            wake();
        }

        @Override
        public void happened(long modified, boolean deleted) {
            if (deleted) {
                deletions.set(true);
            }
            wake();
        }
    }

    private void wake() {
        // One at a time waits; it will see whatever is written until it begins.
        if (woken.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                woken.set(false);
                try {
                    catchUp();
                } catch (IOException e) {
                    LOG.warn("records of etcd are not followed: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("whoever follows records of etcd failed", e);
                }
            });
        }
    }

    private Long read() throws IOException {
        boolean compare = deletions.getAndSet(false);
        try {
            EtcdClient.Since since = client.since(from, to, upTo + 1);
            List<KeyValue> found =
                    since.found().stream()
                            .sorted(Comparator.comparingLong(KeyValue::modified))
                            .toList();
            for (KeyValue each : found) {
                String name = keys.recordName(each.key());
                known.add(name);
                follower.changed(name, values.read(each, since.revision()));
            }
            if (compare) {
                forgetMissing(since.revision());
            }
            upTo = since.revision();
            return upTo;
        } catch (IOException | RuntimeException e) {
            if (compare) {
                deletions.set(true);
            }
            throw e;
        }
    }

    private void forgetMissing(long revision) throws IOException {
        Set<String> gone = new HashSet<>(known);
        String next = from;
        List<KeyValue> page;
        do {
            page = client.keys(next, to, PAGE, revision);
            page.forEach(each -> gone.remove(keys.recordName(each.key())));
            next = page.isEmpty() ? next : Keys.next(page.getLast().key());
        } while (page.size() == PAGE);
        for (String name : gone) {
            known.remove(name);
            follower.changed(name, null);
        }
    }
}
