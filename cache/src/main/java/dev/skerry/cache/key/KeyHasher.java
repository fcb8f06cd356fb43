package dev.skerry.cache.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Makes cache keys (RFC 9111 §2) with a secret of the node, so that nobody outside can find two
 * targets that collide. Immutable and thread-safe.
 */
public final class KeyHasher {
    /** Bytes of the secret. */
    public static final int SECRET_BYTES = 16;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;

    /**
     * A hasher with this secret, which is copied.
     *
     * @throws IllegalArgumentException unless there are {@link #SECRET_BYTES} bytes
     */
    public KeyHasher(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a secret of " + secret.length + " bytes; " + SECRET_BYTES + " are needed");
        }
        k0 = (long) LONGS.get(secret, 0);
        k1 = (long) LONGS.get(secret, 8);
    }

    /**
     * The key of a target.
     *
     * @param site the site's name
     * @param scheme {@code http} or {@code https}
     * @param host as {@link Hosts#normalise} made it
     * @param target path and query as the site makes them canonical
     */
    public CacheKey key(String site, String scheme, String host, String target) {
        return new SipHash(k0, k1, true)
                .update(site)
                .update(0)
                .update(scheme)
                .update(0)
                .update(host)
                .update(0)
                .update(target)
                .key();
    }
}
