package dev.skerry.cache.purge;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord;

/** Turns the names in purge records into the hashes that responses are looked up by. */
public final class PurgeScopes {
    private PurgeScopes() {}

    /** How a site makes the names of its cache keys. */
    @FunctionalInterface
    public interface Targets {
        /** Every target as it is. */
        Targets VERBATIM = (site, host, target) -> target;

        /**
         * The host by which a stored response was named: without a port, where ports don't count.
         */
        default String host(String site, String host) {
            return host;
        }

        /** The target by which a stored response of this URL was named. */
        String canonical(String site, String host, String target);
    }

    /** The hash of a site's name. */
    public static long site(String name) {
        return PurgeKeys.everything(name);
    }

    /**
     * A record with hashes for names.
     *
     * @param acceptedMillis when it was accepted, on this node's monotonic clock
     */
    public static KeyedPurge keyed(PurgeRecord record, long acceptedMillis, Targets targets) {
        long hash =
                switch (record.scope()) {
                    case URL -> url(record.site(), record.value(), targets);
                    case TAG -> PurgeKeys.tag(record.site(), record.value());
                    case PREFIX -> prefix(record.site(), record.value(), targets);
                    case HOST ->
                            PurgeKeys.host(
                                    record.site(), targets.host(record.site(), record.value()));
                    case EVERYTHING -> KeyedPurge.EVERYTHING;
                };
        return new KeyedPurge(
                record.revision(), site(record.site()), hash, record.mode(), acceptedMillis);
    }

    private static long url(String site, String value, Targets targets) {
        String host = targets.host(site, host(value));
        String target = rest(value);
        return PurgeKeys.url(
                site, host, targets.canonical(site, host, target.isEmpty() ? "/" : target));
    }

    private static long prefix(String site, String value, Targets targets) {
        return PurgeKeys.prefix(site, targets.host(site, host(value)), rest(value));
    }

    private static String host(String value) {
        int slash = value.indexOf('/');
        return slash < 0 ? value : value.substring(0, slash);
    }

    private static String rest(String value) {
        int slash = value.indexOf('/');
        return slash < 0 ? "" : value.substring(slash);
    }
}
