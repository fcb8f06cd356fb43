package dev.skerry.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * A piece of network between two processes that a test can cut: whoever connects to {@link #port}
 * reaches the target's port while the wire is whole. Thread-safe.
 */
public final class CuttableWire implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Object lock = new Object();
    private final Set<Socket> open = new HashSet<>();
    private boolean cut;
    private boolean silent;
    private int held;
    private volatile Duration delay = Duration.ZERO;

    private CuttableWire(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
        Thread.ofVirtual().name("wire to " + target).start(this::accept);
    }

    /** A whole wire to a port of this machine. */
    public static CuttableWire to(int target) throws IOException {
        return new CuttableWire(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), target);
    }

    /** Where the near end is. */
    public int port() {
        return server.getLocalPort();
    }

    /** Resets every connection, and each new one as soon as it comes. */
    public void cut() {
        synchronized (lock) {
            cut = true;
            open.forEach(CuttableWire::reset);
            open.clear();
        }
    }

    /** Lets nothing through any more, and tells nobody: what a lost route looks like. */
    public void silence() {
        synchronized (lock) {
            silent = true;
        }
    }

    /** Holds back for so long whatever comes from now on; zero for a quick wire. */
    public void delay(Duration each) {
        delay = each;
    }

    /**
     * Waits until something that was said is held by the silence.
     *
     * @throws AssertionError after 30 seconds
     */
    public void awaitHeld() throws Exception {
        Await.until("the wire held something", this::holds);
    }

    /**
     * Makes the wire whole for new connections. Those that were open are reset: what was said
     * meanwhile is lost.
     */
    public void mend() {
        synchronized (lock) {
            open.forEach(CuttableWire::reset);
            open.clear();
            cut = false;
            silent = false;
            lock.notifyAll();
        }
    }

    @Override
    public void close() {
        cut();
        synchronized (lock) {
            lock.notifyAll();
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                near.setTcpNoDelay(true);
                connect(near);
            } catch (IOException e) {
                // Closed, or a client that went at once.
            }
        }
    }

    private void connect(Socket near) {
        synchronized (lock) {
            if (cut) {
                reset(near);
                return;
            }
            open.add(near);
        }
        Socket far = new Socket();
        try {
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
            far.setTcpNoDelay(true);
        } catch (IOException e) {
            forget(near);
            reset(near);
            return;
        }
        synchronized (lock) {
            if (cut) {
                reset(near);
                reset(far);
                return;
            }
            open.add(far);
        }
        Thread.ofVirtual().start(() -> pump(near, far));
        Thread.ofVirtual().start(() -> pump(far, near));
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Thread.sleep(delay);
                synchronized (lock) {
                    held++;
                    while (silent && !cut) {
                        lock.wait();
                    }
                    held--;
                }
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (from.isClosed() || to.isInputShutdown()) {
                forget(from);
                forget(to);
            }
        }
    }

    private boolean holds() {
        synchronized (lock) {
            return held > 0;
        }
    }

    private void forget(Socket socket) {
        synchronized (lock) {
            open.remove(socket);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        try {
            socket.close();
        } catch (IOException e) {
            // As good as closed.
        }
    }
}
