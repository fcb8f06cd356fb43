package dev.skerry.net.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a connection come from, after TLS. */
interface ByteSource {
    /** Waits for at least one byte; -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Reads what has arrived: 0 when nothing has, -1 at the end. Never waits. */
    int readArrived(ByteBuffer into) throws IOException;

    /**
     * Whether the end that was reported is one that a peer on the path cannot forge by cutting the
     * connection: with TLS, a close_notify (RFC 8446 §6.1); without, any end but a reset.
     */
    boolean endIsClean();
}
