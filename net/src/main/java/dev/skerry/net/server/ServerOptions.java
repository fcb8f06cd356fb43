package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.net.tls.TlsIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a server listens. At least one of the two listeners must be given.
 *
 * @param plain address for HTTP/1.1 and h2c, port 0 for any free one; null for none
 * @param tls address for TLS (h2 or HTTP/1.1 by ALPN), port 0 for any free one; null for none
 * @param identity certificate and key of the TLS listener; null without one
 * @param ioThreads threads that do all network work, at least 1
 * @param backlog connections that the kernel may hold before they are accepted
 * @param refusals field lines of every answer that the server gives without its handler: to what it
 *     refuses, and when the handler fails; at most 256 bytes together
 */
public record ServerOptions(
        @Nullable InetSocketAddress plain,
        @Nullable InetSocketAddress tls,
        @Nullable TlsIdentity identity,
        int ioThreads,
        int backlog,
        ServerLimits limits,
        FieldList refusals) {
    private static final int BACKLOG = 4096;

    /** Checks that there is something to listen on. */
    public ServerOptions {
        if (plain == null && tls == null) {
            throw new IllegalArgumentException("no address to listen on");
        }
        if ((tls == null) != (identity == null)) {
            throw new IllegalArgumentException("TLS needs an address and an identity");
        }
        if (ioThreads < 1 || backlog < 1) {
            throw new IllegalArgumentException("at least one I/O thread and a backlog of one");
        }
        if (ResponseHeads.size(refusals) > 256) {
            throw new IllegalArgumentException("field lines of refusals beyond 256 bytes");
        }
    }

    /** Options without fields of their own on refusals. */
    public ServerOptions(
            @Nullable InetSocketAddress plain,
            @Nullable InetSocketAddress tls,
            @Nullable TlsIdentity identity,
            int ioThreads,
            int backlog,
            ServerLimits limits) {
        this(plain, tls, identity, ioThreads, backlog, limits, FieldList.EMPTY);
    }

    /** A plain listener with all defaults; one I/O thread for each available processor. */
    public static ServerOptions plain(InetSocketAddress address) {
        return new ServerOptions(
                address,
                null,
                null,
                Runtime.getRuntime().availableProcessors(),
                BACKLOG,
                ServerLimits.DEFAULT);
    }

    /** A TLS listener with all defaults. */
    public static ServerOptions tls(InetSocketAddress address, TlsIdentity identity) {
        return new ServerOptions(
                null,
                address,
                identity,
                Runtime.getRuntime().availableProcessors(),
                BACKLOG,
                ServerLimits.DEFAULT);
    }

    /** These options and a TLS listener beside. */
    public ServerOptions withTls(InetSocketAddress address, TlsIdentity identity) {
        return new ServerOptions(plain, address, identity, ioThreads, backlog, limits);
    }

    /** These options with other limits. */
    public ServerOptions withLimits(ServerLimits limits) {
        return new ServerOptions(plain, tls, identity, ioThreads, backlog, limits, refusals);
    }

    /** These options with other field lines on refusals. */
    public ServerOptions withRefusals(FieldList refusals) {
        return new ServerOptions(plain, tls, identity, ioThreads, backlog, limits, refusals);
    }

    /** These options with another number of I/O threads. */
    public ServerOptions withIoThreads(int ioThreads) {
        return new ServerOptions(plain, tls, identity, ioThreads, backlog, limits, refusals);
    }
}
