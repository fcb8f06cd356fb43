package dev.skerry.control.process;

import dev.skerry.config.routing.Cidr;
import dev.skerry.control.store.etcd.EtcdOptions;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane is started with.
 *
 * @param listen of the API, port 0 for any free one; off loopback only with TLS
 * @param tls of the API; null for plain HTTP
 * @param data where everything is kept, or, with etcd, the files of the first tokens; made if need
 *     be
 * @param etcd where everything is kept instead; null for the data directory
 * @param router null for no router here
 * @param purgeFrom networks from which {@code PURGE}, {@code PURGEKEYS} and {@code BAN} need no
 *     token
 */
public record ControlOptions(
        InetSocketAddress listen,
        @Nullable Pem tls,
        Path data,
        @Nullable EtcdOptions etcd,
        @Nullable RouterOptions router,
        List<Cidr> purgeFrom) {
    /** Copies the networks. */
    public ControlOptions {
        purgeFrom = List.copyOf(purgeFrom);
    }

    /** One that keeps everything in its data directory, and takes no purge without a token. */
    public ControlOptions(
            InetSocketAddress listen,
            @Nullable Pem tls,
            Path data,
            @Nullable RouterOptions router) {
        this(listen, tls, data, null, router, List.of());
    }

    /** A certificate chain and its key, in PEM. */
    public record Pem(Path certificate, Path key) {}

    /**
     * The router's part. At least one of the listeners is given.
     *
     * @param listen for plain HTTP; null for none
     * @param tlsListen for HTTPS; null for none
     * @param tls what HTTPS shows; null without it
     * @param routing the operator's file; null when nothing but the nodes themselves says where
     *     they are
     * @param log where a line about each request goes, not closed here; null for nowhere
     */
    public record RouterOptions(
            @Nullable InetSocketAddress listen,
            @Nullable InetSocketAddress tlsListen,
            @Nullable Pem tls,
            @Nullable Path routing,
            @Nullable OutputStream log) {}
}
