package dev.skerry.config.load;

import dev.skerry.config.HostPattern;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys of a site document. */
public final class SiteKeys {
    private static final Shape<Duration> WAIT = Shapes.duration(Duration.ZERO, Duration.ofDays(1));
    private static final Shape<Duration> CONNECT_WAIT =
            Shapes.duration(Duration.ofMillis(1), Duration.ofMinutes(5));

    static final Key<Duration> CONNECT =
            Key.withDefault(
                    "connect",
                    CONNECT_WAIT,
                    Origin.Timeouts.DEFAULTS.connect(),
                    "For a connection, TLS included.");
    static final Key<Duration> FIRST_BYTE =
            Key.withDefault(
                    "first-byte",
                    WAIT,
                    Origin.Timeouts.DEFAULTS.firstByte(),
                    "From the request sent to the head of the response. `0s`: no limit.");
    static final Key<Duration> BETWEEN_BYTES =
            Key.withDefault(
                    "between-bytes",
                    WAIT,
                    Origin.Timeouts.DEFAULTS.betweenBytes(),
                    "Between two reads of the body. `0s`: no limit.");
    static final Key<Duration> TOTAL =
            Key.withDefault(
                    "total",
                    WAIT,
                    Origin.Timeouts.DEFAULTS.total(),
                    "For the whole exchange. `0s`: no limit.");

    static final Key<Origin> URL =
            Key.required(
                    "url",
                    Shapes.text("http or https URL", Origin::of),
                    "Where it is. A path is put before that of every request.");
    static final Key<Integer> WEIGHT =
            Key.withDefault(
                    "weight",
                    Shapes.integer(1, 1000),
                    Origin.DEFAULT_WEIGHT,
                    "Its share among the site's origins.");
    static final Key<Values> TIMEOUTS =
            Key.optional(
                    "timeouts",
                    new ObjectShape("timeouts", List.of(CONNECT, FIRST_BYTE, BETWEEN_BYTES, TOTAL)),
                    "How long to wait for it.");
    static final Key<Integer> MAX_CONNECTIONS =
            Key.withDefault(
                    "max-connections",
                    Shapes.integer(1, 100_000),
                    Origin.DEFAULT_MAX_CONNECTIONS,
                    "At most so many connections to it from one node.");

    static final Key<String> SITE =
            Key.required(
                    "site",
                    Shapes.text("name", Tokens::siteName),
                    "The site's name, in purges, logs and metrics: lower-case letters, digits,"
                            + " `.`, `_`, `-`.");
    static final Key<List<HostPattern>> HOSTS =
            Key.required(
                    "hosts",
                    new ListShape<>("hosts", Shapes.text("host", HostPattern::of), 1, 1000),
                    "What the site answers to: a host, `*.host` for every host below it, or `*`"
                            + " for any. The exact host goes before the longest wildcard.");
    static final Key<List<Values>> ORIGINS =
            Key.required(
                    "origins",
                    new ListShape<>(
                            "origins",
                            new ObjectShape(
                                    "an origin", List.of(URL, WEIGHT, TIMEOUTS, MAX_CONNECTIONS)),
                            1,
                            100),
                    "The servers that own the content.");
    static final Key<Site.Balance> BALANCE =
            Key.withDefault(
                    "balance",
                    Shapes.choice(Site.Balance.class),
                    Site.Balance.WEIGHTED,
                    "How an origin is chosen: in turn by weight, or the one with the fewest"
                            + " requests in flight for its weight.");
    static final Key<Boolean> PRESERVE_HOST =
            Key.withDefault(
                    "preserve-host",
                    Shapes.bool(),
                    false,
                    "Whether origins see the client's Host (and TLS server name) instead of their"
                            + " own.");
    static final Key<Boolean> ALLOW_ORIGIN_FALLBACK =
            Key.withDefault(
                    "allow-origin-fallback",
                    Shapes.bool(),
                    false,
                    "Whether an edge may ask the origins itself when no shield answers.");
    static final Key<Site.OnControlLoss> ON_CONTROL_LOSS =
            Key.withDefault(
                    "on-control-loss",
                    Shapes.choice(Site.OnControlLoss.class),
                    Site.OnControlLoss.SERVE,
                    "What a node does that has been cut off from the control plane for longer than"
                            + " 30 s, and so may not know of a purge: `serve` what is stored as"
                            + " ever; `revalidate` it, and answer 504 when upstream cannot confirm"
                            + " it; or `revalidate-or-stale`, which serves it then as"
                            + " `stale-if-error` says, however long ago a purge may have been.");
    static final Key<Values> DEFAULTS =
            Key.optional(
                    "defaults",
                    new ObjectShape("defaults", defaults()),
                    "What holds for every request where its rule says nothing else.");
    static final Key<List<Values>> RULES =
            Key.withDefault(
                    "rules",
                    new ListShape<>("rules", RuleKeys.RULE, 0, 1000),
                    List.of(),
                    "The first rule that matches decides; a request that none matches gets the"
                            + " defaults.");

    /** A whole document. */
    public static final ObjectShape DOCUMENT =
            new ObjectShape(
                    "a site",
                    List.of(
                            SITE,
                            HOSTS,
                            ORIGINS,
                            BALANCE,
                            PRESERVE_HOST,
                            ALLOW_ORIGIN_FALLBACK,
                            ON_CONTROL_LOSS,
                            DiskKeys.DISK,
                            DEFAULTS,
                            RULES));

    private SiteKeys() {}

    private static List<Key<?>> defaults() {
        List<Key<?>> keys = new ArrayList<>(CacheKeys.ALL);
        keys.add(CompressKeys.COMPRESS);
        keys.add(RuleKeys.REQUEST_FIELDS);
        keys.add(RuleKeys.RESPONSE_FIELDS);
        keys.add(RuleKeys.TAGS);
        return keys;
    }
}
