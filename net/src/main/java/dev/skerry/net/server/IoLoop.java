package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * What belongs to one I/O thread: its connections, one buffer for writing, its clock. Only that
 * thread touches it. One sweep over the connections a few times a second replaces a timer per
 * request.
 */
final class IoLoop {
    /** Response heads, and whole small responses, are put together here for one write. */
    private static final int SCRATCH_BYTES = 48 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final XnioIoThread thread;
    private final FieldList refusals;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer[] parts = {EMPTY, EMPTY, EMPTY};
    private @Nullable ClientConnection first;
    private XnioExecutor.@Nullable Key sweeping;

    /** {@code refusals}: see {@link ServerOptions#refusals}. */
    IoLoop(XnioIoThread thread, FieldList refusals) {
        this.thread = thread;
        this.refusals = refusals;
    }

    void startSweeping(long millis) {
        sweeping = thread.executeAtInterval(this::sweep, millis, TimeUnit.MILLISECONDS);
    }

    void stopSweeping() {
        XnioExecutor.Key key = sweeping;
        if (key != null) {
            key.remove();
        }
    }

    FieldList refusals() {
        return refusals;
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    void execute(Runnable task) {
        thread.execute(task);
    }

    /** Nanoseconds as {@link System#nanoTime} counts: the server's clock. */
    long now() {
        return System.nanoTime();
    }

    /** An empty direct buffer that is free until the caller returns to the event loop. */
    ByteBuffer scratch() {
        return scratch.clear();
    }

    /** Three buffers as one gathering write wants them; {@link #forgetParts} afterwards. */
    ByteBuffer[] parts(ByteBuffer head, ByteBuffer body, ByteBuffer tail) {
        parts[0] = head;
        parts[1] = body;
        parts[2] = tail;
        return parts;
    }

    void forgetParts() {
        parts[0] = EMPTY;
        parts[1] = EMPTY;
        parts[2] = EMPTY;
    }

    void add(ClientConnection connection) {
        connection.following = first;
        if (first != null) {
            first.preceding = connection;
        }
        first = connection;
    }

    void remove(ClientConnection connection) {
        if (connection.preceding != null) {
            connection.preceding.following = connection.following;
        } else if (first == connection) {
            first = connection.following;
        }
        if (connection.following != null) {
            connection.following.preceding = connection.preceding;
        }
        connection.preceding = null;
        connection.following = null;
    }

    /** A copy, because whoever walks over it may close connections. */
    List<ClientConnection> connections() {
        List<ClientConnection> all = new ArrayList<>();
        for (ClientConnection c = first; c != null; c = c.following) {
            all.add(c);
        }
        return all;
    }

    private void sweep() {
        long now = now();
        ClientConnection c = first;
        while (c != null) {
            ClientConnection following = c.following;
            c.checkTimeouts(now);
            c = following;
        }
    }
}
