package dev.skerry.cache.key;

import java.util.Arrays;

/**
 * The names under which a purge can hit a target, each as 64 bits: its URL (scheme ignored), its
 * host, and every prefix of its path that ends at a segment. The hash is the same on every node and
 * in every version, since ledgers are kept on disk and compared; two names that collide cost a
 * miss, never a stale response.
 */
public final class PurgeKeys {
    /**
     * The most path segments that a prefix purge may name; deeper ones cannot be looked up, so
     * whoever accepts purges refuses them.
     */
    public static final int MOST_SEGMENTS = 32;

    // The first 16 bytes of "Skerry purge key", published here: no secret, see the class comment.
    private static final long K0 = 0x702079727265_6b53L;
    private static final long K1 = 0x79656b2065677275L;

    private final long url;
    private final long host;
    private final long[] prefixes;

    private PurgeKeys(long url, long host, long[] prefixes) {
        this.url = url;
        this.host = host;
        this.prefixes = prefixes;
    }

    /**
     * All names of a target.
     *
     * @param site the site's name
     * @param host as {@link Hosts#normalise} made it
     * @param target path and query, canonical as in the cache key
     */
    public static PurgeKeys of(String site, String host, String target) {
        int query = target.indexOf('?');
        int pathEnd = query < 0 ? target.length() : query;
        SipHash hash = start('p', site, host);
        long[] prefixes = new long[MOST_SEGMENTS + 1];
        int count = 0;
        prefixes[count++] = hash.first();
        int at = 0;
        while (at < pathEnd && count < prefixes.length) {
            int slash = target.indexOf('/', at + 1);
            int end = slash < 0 || slash > pathEnd ? pathEnd : slash;
            hash.update(target, at, end);
            at = end;
            if (end < pathEnd || target.charAt(end - 1) != '/') {
                prefixes[count++] = hash.first();
            }
        }
        return new PurgeKeys(
                url(site, host, target), host(site, host), Arrays.copyOf(prefixes, count));
    }

    /** The name of one URL. */
    public static long url(String site, String host, String target) {
        return start('u', site, host).update(target).first();
    }

    /** The name of a host. */
    public static long host(String site, String host) {
        return start('h', site, host).first();
    }

    /**
     * The name of everything below a path, the path itself included.
     *
     * @param path begins with a slash or is empty; one slash at its end makes no difference
     */
    public static long prefix(String site, String host, String path) {
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        return start('p', site, host).update(path, 0, end).first();
    }

    /** The number of segments of a path, to be compared with {@link #MOST_SEGMENTS}. */
    public static int segments(String path) {
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        int count = 0;
        for (int i = 0; i < end; i++) {
            count += path.charAt(i) == '/' ? 1 : 0;
        }
        return count;
    }

    /** The name of a tag. */
    public static long tag(String site, String tag) {
        return start('t', site, tag).first();
    }

    /** The name of a cache group, which ends where its host does (RFC 9875 §2.1). */
    public static long group(String site, String host, String group) {
        return start('g', site, host).update(group).first();
    }

    /** The name of a whole site. */
    public static long everything(String site) {
        return new SipHash(K0, K1, false).update('e').update(site).first();
    }

    /** The URL's name. */
    public long url() {
        return url;
    }

    /** The host's name. */
    public long host() {
        return host;
    }

    /** The number of prefixes: at least 1, at most {@link #MOST_SEGMENTS} + 1. */
    public int prefixCount() {
        return prefixes.length;
    }

    /** The name of a prefix, the shortest (the whole host) at index 0. */
    public long prefix(int index) {
        return prefixes[index];
    }

    private static SipHash start(char scope, String site, String name) {
        return new SipHash(K0, K1, false)
                .update(scope)
                .update(site)
                .update(0)
                .update(name)
                .update(0);
    }
}
