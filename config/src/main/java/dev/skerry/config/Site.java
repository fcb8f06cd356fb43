package dev.skerry.config;

import java.util.List;

/**
 * What one publisher has configured, complete and valid.
 *
 * @param name lower-case letters, digits, {@code . _ -}; at most 64
 * @param hosts what it answers to; at least one
 * @param origins none only for an edge that asks nobody but shields
 * @param balance how an origin is chosen
 * @param preserveHost whether origins see the client's Host (and SNI) instead of their own
 * @param allowOriginFallback whether an edge may ask the origins itself when no shield answers
 * @param onControlLoss what a node does that has not heard from the control plane for too long
 * @param disk what it may take of a node's disks
 * @param disk what it may take of a node's disks
 * @param rules the first that matches decides
 * @param otherwise what holds when none matches
 */
public record Site(
        String name,
        List<HostPattern> hosts,
        List<Origin> origins,
        Balance balance,
        boolean preserveHost,
        boolean allowOriginFallback,
        OnControlLoss onControlLoss,
        DiskShare disk,
        List<Rule> rules,
        Rule otherwise) {
    /** The name of the site that a node makes from its own options. */
    public static final String STANDALONE = "default";

    /** How an origin is chosen for a request. */
    public enum Balance {
        /** In turn, by weight. */
        WEIGHTED,
        /** The one with the fewest requests in flight for its weight. */
        LEAST_REQUESTS
    }

    /**
     * What stored responses are worth on a node whose lease is over: it may not know of a purge
     * that was accepted meanwhile (PURGE.md rules 14 and 16).
     */
    public enum OnControlLoss {
        /** As much as ever. */
        SERVE,
        /** Nothing that upstream has not confirmed. */
        REVALIDATE,
        /** The same, but it may stand in for an upstream that fails. */
        REVALIDATE_OR_STALE
    }

    /** Copies the lists. */
    public Site {
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
        rules = List.copyOf(rules);
    }

    /**
     * The site of a node that was given origins and no file: any host, no rules. An edge that was
     * given both shields and origins may fall back on the origins.
     */
    public static Site standalone(List<Origin> origins, CacheSettings cache) {
        return new Site(
                STANDALONE,
                List.of(HostPattern.ANY),
                origins,
                Balance.WEIGHTED,
                false,
                !origins.isEmpty(),
                OnControlLoss.SERVE,
                DiskShare.ANY,
                List.of(),
                Rule.otherwise(cache));
    }
}
