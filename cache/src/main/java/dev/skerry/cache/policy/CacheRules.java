package dev.skerry.cache.policy;

import java.util.List;
import java.util.Map;

/**
 * What a site's rule says about caching, in plain values. All times are milliseconds; {@link
 * #UNSET} leaves a question to the response.
 *
 * @param ttlMillis lifetime of a successful or permanently redirecting response, whatever lifetime
 *     it says itself; no-store, private, no-cache and must-revalidate keep their force
 * @param ttlByStatusMillis the same by status code, before {@code ttlMillis}; any status may be
 *     named
 * @param defaultTtlMillis lifetime of a cacheable response that has neither freshness nor a
 *     validator
 * @param staleWhileRevalidateMillis RFC 5861 §3 where the response says nothing
 * @param staleIfErrorMillis RFC 5861 §4 where the response says nothing
 * @param heuristicFraction part of the time since Last-Modified that counts as lifetime, 0 to 1
 * @param heuristicCapMillis the longest heuristic lifetime
 * @param honourRequestDirectives whether a client's Cache-Control is obeyed (RFC 9111 §5.2.1 leaves
 *     it open); off by default, since any client could send every request to the origin with it
 * @param storeSetCookie whether a response with Set-Cookie may be stored at all
 * @param selectByLanguage whether a stored response in the one language that a request prefers
 *     answers it, though another Accept-Language got it ({@link VaryMatch#matchesByLanguage})
 * @param varyCap variants that one key may hold
 * @param hitForMissMillis how long a key is remembered as not cacheable
 * @param extraTags tags that every stored response gets
 * @param maxObjectBytes the largest body to be stored
 * @param forNodes whether nodes of ours ask here too: they need Surrogate-Control, which whoever
 *     answers a client takes away
 */
public record CacheRules(
        long ttlMillis,
        Map<Integer, Long> ttlByStatusMillis,
        long defaultTtlMillis,
        long staleWhileRevalidateMillis,
        long staleIfErrorMillis,
        double heuristicFraction,
        long heuristicCapMillis,
        boolean honourRequestDirectives,
        boolean storeSetCookie,
        boolean selectByLanguage,
        int varyCap,
        long hitForMissMillis,
        List<String> extraTags,
        long maxObjectBytes,
        boolean forNodes) {
    /** The rule says nothing. */
    public static final long UNSET = -1;

    /** What holds where no rule says anything. */
    public static final CacheRules DEFAULT =
            new CacheRules(
                    UNSET,
                    Map.of(),
                    UNSET,
                    0,
                    3_600_000,
                    0.1,
                    86_400_000,
                    false,
                    true,
                    true,
                    64,
                    60_000,
                    List.of(),
                    Long.MAX_VALUE,
                    false);

    /** Copies the collections and checks the ranges. */
    public CacheRules {
        ttlByStatusMillis = Map.copyOf(ttlByStatusMillis);
        extraTags = List.copyOf(extraTags);
        if (!(heuristicFraction >= 0 && heuristicFraction <= 1)) {
            throw new IllegalArgumentException("heuristicFraction " + heuristicFraction);
        }
        if (varyCap < 1) {
            throw new IllegalArgumentException("varyCap " + varyCap);
        }
    }

    /** The lifetime that the rules give a status code, or {@link #UNSET}. */
    public long ttlOf(int status) {
        Long ttl = ttlByStatusMillis.isEmpty() ? null : ttlByStatusMillis.get(status);
        if (ttl != null) {
            return ttl;
        }
        return status < 400 && Storability.isHeuristicallyCacheable(status) ? ttlMillis : UNSET;
    }

    /** A builder that starts with these rules. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes rules one by one. Not thread-safe. */
    public static final class Builder {
        private long ttlMillis;
        private Map<Integer, Long> ttlByStatusMillis;
        private long defaultTtlMillis;
        private long staleWhileRevalidateMillis;
        private long staleIfErrorMillis;
        private double heuristicFraction;
        private long heuristicCapMillis;
        private boolean honourRequestDirectives;
        private boolean storeSetCookie;
        private boolean selectByLanguage;
        private int varyCap;
        private long hitForMissMillis;
        private List<String> extraTags;
        private long maxObjectBytes;
        private boolean forNodes;

        private Builder(CacheRules rules) {
            ttlMillis = rules.ttlMillis;
            ttlByStatusMillis = rules.ttlByStatusMillis;
            defaultTtlMillis = rules.defaultTtlMillis;
            staleWhileRevalidateMillis = rules.staleWhileRevalidateMillis;
            staleIfErrorMillis = rules.staleIfErrorMillis;
            heuristicFraction = rules.heuristicFraction;
            heuristicCapMillis = rules.heuristicCapMillis;
            honourRequestDirectives = rules.honourRequestDirectives;
            storeSetCookie = rules.storeSetCookie;
            selectByLanguage = rules.selectByLanguage;
            varyCap = rules.varyCap;
            hitForMissMillis = rules.hitForMissMillis;
            extraTags = rules.extraTags;
            maxObjectBytes = rules.maxObjectBytes;
            forNodes = rules.forNodes;
        }

        /** See {@link CacheRules#ttlMillis}. */
        public Builder ttlMillis(long millis) {
            ttlMillis = millis;
            return this;
        }

        /** See {@link CacheRules#ttlByStatusMillis}. */
        public Builder ttlByStatusMillis(Map<Integer, Long> millis) {
            ttlByStatusMillis = millis;
            return this;
        }

        /** See {@link CacheRules#defaultTtlMillis}. */
        public Builder defaultTtlMillis(long millis) {
            defaultTtlMillis = millis;
            return this;
        }

        /** See {@link CacheRules#staleWhileRevalidateMillis}. */
        public Builder staleWhileRevalidateMillis(long millis) {
            staleWhileRevalidateMillis = millis;
            return this;
        }

        /** See {@link CacheRules#staleIfErrorMillis}. */
        public Builder staleIfErrorMillis(long millis) {
            staleIfErrorMillis = millis;
            return this;
        }

        /** See {@link CacheRules#heuristicFraction}. */
        public Builder heuristicFraction(double fraction) {
            heuristicFraction = fraction;
            return this;
        }

        /** See {@link CacheRules#heuristicCapMillis}. */
        public Builder heuristicCapMillis(long millis) {
            heuristicCapMillis = millis;
            return this;
        }

        /** See {@link CacheRules#honourRequestDirectives}. */
        public Builder honourRequestDirectives(boolean honour) {
            honourRequestDirectives = honour;
            return this;
        }

        /** See {@link CacheRules#storeSetCookie}. */
        public Builder storeSetCookie(boolean store) {
            storeSetCookie = store;
            return this;
        }

        /** See {@link CacheRules#selectByLanguage}. */
        public Builder selectByLanguage(boolean select) {
            selectByLanguage = select;
            return this;
        }

        /** See {@link CacheRules#varyCap}. */
        public Builder varyCap(int cap) {
            varyCap = cap;
            return this;
        }

        /** See {@link CacheRules#hitForMissMillis}. */
        public Builder hitForMissMillis(long millis) {
            hitForMissMillis = millis;
            return this;
        }

        /** See {@link CacheRules#extraTags}. */
        public Builder extraTags(List<String> tags) {
            extraTags = tags;
            return this;
        }

        /** See {@link CacheRules#maxObjectBytes}. */
        public Builder maxObjectBytes(long bytes) {
            maxObjectBytes = bytes;
            return this;
        }

        /** See {@link CacheRules#forNodes}. */
        public Builder forNodes(boolean nodes) {
            forNodes = nodes;
            return this;
        }

        /**
         * The rules.
         *
         * @throws IllegalArgumentException when one is out of its range
         */
        public CacheRules build() {
            return new CacheRules(
                    ttlMillis,
                    ttlByStatusMillis,
                    defaultTtlMillis,
                    staleWhileRevalidateMillis,
                    staleIfErrorMillis,
                    heuristicFraction,
                    heuristicCapMillis,
                    honourRequestDirectives,
                    storeSetCookie,
                    selectByLanguage,
                    varyCap,
                    hitForMissMillis,
                    extraTags,
                    maxObjectBytes,
                    forNodes);
        }
    }
}
