package dev.skerry.control.store.etcd;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where etcd is.
 *
 * @param endpoints of its members, at least one: {@code http(s)://HOST:PORT}
 * @param login null when it wants none
 * @param ca PEM bundle that its certificates are judged by, beside the JDK's; null for those alone
 * @param identity what this process shows itself; null for nothing
 * @param prefix what every key begins with; who shares an etcd and a prefix shares one truth
 */
public record EtcdOptions(
        List<URI> endpoints,
        @Nullable Login login,
        @Nullable Path ca,
        @Nullable Identity identity,
        String prefix) {
    /** The prefix unless told otherwise. */
    public static final String USUAL_PREFIX = "skerry/";

    /** Checks and copies. */
    public EtcdOptions {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoint");
        }
    }

    /** An etcd without TLS and without users. */
    public static EtcdOptions of(List<URI> endpoints) {
        return new EtcdOptions(endpoints, null, null, null, USUAL_PREFIX);
    }

    /**
     * A user of etcd's.
     *
     * @param passwordFile holds the password, perhaps with a line end; read at each login
     */
    public record Login(String user, Path passwordFile) {}

    /** A certificate chain and its key, in PEM. */
    public record Identity(Path certificate, Path key) {}
}
