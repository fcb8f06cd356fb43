package dev.skerry.cache.http;

import java.util.List;

/**
 * The directives of {@code Cache-Control} (RFC 9111 §5.2, RFC 5861, RFC 8246), and of the fields
 * that speak its language. Times are in seconds, {@link #ABSENT} when the directive is not there,
 * at most {@link #MOST_SECONDS}.
 *
 * <p>Names compare without case; an argument may be a token or a quoted string. Of several
 * occurrences the first counts (RFC 9111 §4.2.1). An argument that is no number of seconds makes
 * the response stale: {@code max-age} and {@code s-maxage} become 0, and so do the two windows for
 * stale responses; {@code min-fresh} and {@code max-stale} are ignored.
 *
 * @param bits the directives without an argument; read them through the methods
 * @param maxStale {@link #ANY_STALENESS} when it has no argument
 * @param noCacheFields the fields of a {@code no-cache} that names some; empty if it names none
 * @param privateFields the fields of a {@code private} that names some; empty if it names none
 */
public record CacheControl(
        int bits,
        long maxAge,
        long sMaxAge,
        long minFresh,
        long maxStale,
        long staleWhileRevalidate,
        long staleIfError,
        List<String> noCacheFields,
        List<String> privateFields) {
    /** The directive is not there. */
    public static final long ABSENT = -1;

    /** What a larger number counts as (RFC 9111 §1.2.2). */
    public static final long MOST_SECONDS = 1L << 31;

    /** The {@link #maxStale} of a {@code max-stale} without an argument. */
    public static final long ANY_STALENESS = Long.MAX_VALUE;

    /** No directives at all. */
    public static final CacheControl NONE =
            new CacheControl(
                    0, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, List.of(), List.of());

    static final int NO_STORE = 1;
    static final int NO_CACHE = 1 << 1;
    static final int PRIVATE = 1 << 2;
    static final int PUBLIC = 1 << 3;
    static final int MUST_REVALIDATE = 1 << 4;
    static final int PROXY_REVALIDATE = 1 << 5;
    static final int MUST_UNDERSTAND = 1 << 6;
    static final int NO_TRANSFORM = 1 << 7;
    static final int ONLY_IF_CACHED = 1 << 8;
    static final int IMMUTABLE = 1 << 9;

    /** Reads all {@code Cache-Control} lines; total on any input. */
    public static CacheControl of(Fields fields) {
        return of(fields, "Cache-Control");
    }

    /** Reads all lines of a field that has the syntax of {@code Cache-Control}. */
    public static CacheControl of(Fields fields, String name) {
        if (!fields.contains(name)) {
            return NONE;
        }
        CacheControlParser parser = new CacheControlParser();
        for (String line : fields.all(name)) {
            parser.line(line);
        }
        return parser.result();
    }

    /** Reads one value. */
    public static CacheControl parse(String value) {
        CacheControlParser parser = new CacheControlParser();
        parser.line(value);
        return parser.result();
    }

    /** Nothing may be stored. */
    public boolean noStore() {
        return has(NO_STORE);
    }

    /** Nothing may be reused without validation; false for a {@code no-cache} that names fields. */
    public boolean noCache() {
        return has(NO_CACHE);
    }

    /** No shared cache may store it; false for a {@code private} that names fields. */
    public boolean isPrivate() {
        return has(PRIVATE);
    }

    /** It may be stored even where that is otherwise not allowed. */
    public boolean isPublic() {
        return has(PUBLIC);
    }

    /** Never to be reused stale. */
    public boolean mustRevalidate() {
        return has(MUST_REVALIDATE);
    }

    /** Never to be reused stale by a shared cache. */
    public boolean proxyRevalidate() {
        return has(PROXY_REVALIDATE);
    }

    /** To be stored only by a cache that knows the status code. */
    public boolean mustUnderstand() {
        return has(MUST_UNDERSTAND);
    }

    /** The content may not be transformed. */
    public boolean noTransform() {
        return has(NO_TRANSFORM);
    }

    /** The client wants a stored response or 504. */
    public boolean onlyIfCached() {
        return has(ONLY_IF_CACHED);
    }

    /** It will not change while it is fresh (RFC 8246). */
    public boolean immutable() {
        return has(IMMUTABLE);
    }

    private boolean has(int bit) {
        return (bits & bit) != 0;
    }
}
