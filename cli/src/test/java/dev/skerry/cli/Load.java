package dev.skerry.cli;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that ask without a pause, each over a kept-alive connection of its own, and never twice:
 * what became of every request is counted, and every body compared byte by byte.
 */
final class Load implements AutoCloseable {
    private static final int WARM_OBJECTS = 50;
    private static final int MOST_BYTES = 60_000;
    private static final long PAUSE_NANOS = 5_000_000;

    private final int port;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicInteger fresh = new AtomicInteger(WARM_OBJECTS);
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unserved = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> cut = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private Load(int port) {
        this.port = port;
    }

    /** Clients that ask a node. */
    static Load on(int port, int clients) {
        Load load = new Load(port);
        for (int i = 0; i < clients; i++) {
            Random random = new Random(i);
            load.clients.add(
                    Thread.ofPlatform().daemon().name("client " + i).start(() -> load.run(random)));
        }
        return load;
    }

    /** Makes an origin answer what the clients ask for; half of it is asked for many times. */
    static void serve(ScriptedOrigin origin) {
        origin.on(request -> request.target().startsWith("/object/"), Load::reply);
    }

    private static Reply reply(ReceivedRequest request) {
        int object = Integer.parseInt(request.target().substring("/object/".length()));
        return Reply.ok().field("Cache-Control", "max-age=600").pattern(object, size(object));
    }

    private static int size(int object) {
        return 1 + Math.floorMod(object * 7919, MOST_BYTES);
    }

    /** Waits until so many more responses have come whole. */
    void awaitWhole(int more) throws Exception {
        int goal = whole.get() + more;
        Await.until(more + " more responses", () -> whole.get() >= goal, this::toString);
    }

    /** Waits until a connection has been refused since now. */
    void awaitRefused() throws Exception {
        int before = refused.get();
        Await.until("a refused connection", () -> refused.get() > before, this::toString);
    }

    /** Ends the clients after the request that each is at. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread client : clients) {
            client.join(30_000);
            if (client.isAlive()) {
                throw new AssertionError(client.getName() + " waits for an answer: " + this);
            }
        }
    }

    /** Requests on a connection that had served before, to which no response head came. */
    int lost() {
        return lost.size();
    }

    /** The first requests of connections, to which no response head came. */
    int unserved() {
        return unserved.get();
    }

    /** Responses that ended before their length, which the client could see. */
    int cut() {
        return cut.size();
    }

    /** Responses that are no 200, or whose bytes are not those of the origin. */
    int wrong() {
        return wrong.size();
    }

    private void run(Random random) {
        while (!stopping) {
            try (RawClient client = RawClient.connect(port)) {
                boolean served = false;
                while (!stopping && ask(client, served, random)) {
                    served = true;
                }
            } catch (ConnectException e) {
                refused.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IOException e) {
                // The end of connections that are cut is counted where it is met.
            }
        }
    }

    /** Returns whether the connection can go on. */
    private boolean ask(RawClient client, boolean served, Random random) throws IOException {
        int object = random.nextBoolean() ? random.nextInt(WARM_OBJECTS) : fresh.incrementAndGet();
        String target = "/object/" + object;
        RawResponse head;
        try {
            head = client.request("GET", target).readHead();
        } catch (EOFException | SocketException e) {
            if (served) {
                lost.add(target + ": " + e);
            } else {
                unserved.incrementAndGet();
            }
            return false;
        }
        if (head.status() != 200) {
            wrong.add(target + ": " + head);
            return false;
        }
        try {
            int size = size(object);
            if (!Integer.toString(size).equals(head.field("Content-Length"))) {
                wrong.add(target + " has a length of " + head.field("Content-Length"));
            }
            client.readBody(head, PatternBytes.checker(object, 0));
            whole.incrementAndGet();
        } catch (EOFException | SocketException e) {
            cut.add(target + ": " + e);
            return false;
        } catch (AssertionError e) {
            wrong.add(target + ": " + e.getMessage());
            return false;
        }
        return !"close".equalsIgnoreCase(head.field("Connection"));
    }

    @Override
    public String toString() {
        return whole
                + " whole, "
                + refused
                + " refused, "
                + unserved
                + " unserved, lost "
                + lost
                + ", cut "
                + cut
                + ", wrong "
                + wrong;
    }

    /** Lets the clients end; see {@link #stop}. */
    @Override
    public void close() {
        stopping = true;
    }
}
