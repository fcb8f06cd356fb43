package dev.skerry.cli;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which package of ours may import which, and which of them a vendor's library is walled into. */
final class Arrows {
    private static final String OURS = "dev.skerry.";

    /**
     * Left: a package with those below it. Right: what it may import of ours beside itself. The
     * longest left side that fits decides.
     */
    private static final Map<String, List<String>> MAY_IMPORT =
            Map.ofEntries(
                    Map.entry("config", List.of()),
                    Map.entry("cache.http", List.of()),
                    Map.entry("cache.key", List.of("cache.http")),
                    Map.entry("cache.policy", List.of("cache.key", "cache.http")),
                    Map.entry("cache.coding", List.of("cache.policy")),
                    Map.entry("cache.purge", List.of("cache.key", "cache.http", "config.protocol")),
                    Map.entry("cache.store", List.of("cache.key", "cache.http")),
                    Map.entry("cache.engine", List.of("cache", "config.protocol")),
                    Map.entry("net", List.of("cache.http")),
                    Map.entry("proxy", List.of("cache", "net", "config")),
                    Map.entry("edge", List.of("proxy", "cache", "net", "config")),
                    Map.entry("shield", List.of("proxy", "cache", "net", "config")),
                    Map.entry("control", List.of("net", "config", "cache.http")),
                    Map.entry(
                            "cli",
                            List.of(
                                    "edge", "shield", "control", "proxy", "cache", "net",
                                    "config")),
                    Map.entry("testkit", List.of()));

    /**
     * Walls: a vendor's packages, one class of theirs, and the packages of ours that see them. The
     * platform's foreign functions are as dangerous as any vendor's library.
     */
    static final List<Wall> WALLS =
            List.of(
                    new Wall("io.undertow", "io.undertow.Undertow", List.of("net.server")),
                    new Wall("org.xnio", "org.xnio.XnioWorker", List.of("net.server")),
                    new Wall("okhttp3", "okhttp3.OkHttpClient", List.of("net.client")),
                    new Wall("okio", "okio.BufferedSource", List.of("net.client")),
                    new Wall(
                            "com.github.benmanes.caffeine",
                            "com.github.benmanes.caffeine.cache.Cache",
                            List.of("cache.store.memory")),
                    new Wall(
                            "com.aayushatharva.brotli4j",
                            "com.aayushatharva.brotli4j.Brotli4jLoader",
                            List.of("cache.coding.brotli")),
                    new Wall(
                            "com.github.luben.zstd",
                            "com.github.luben.zstd.Zstd",
                            List.of("cache.coding.zstd")),
                    new Wall(
                            "io.micrometer",
                            "io.micrometer.core.instrument.MeterRegistry",
                            List.of("net.metrics")),
                    new Wall(
                            "io.prometheus",
                            "io.prometheus.client.CollectorRegistry",
                            List.of("net.metrics")),
                    new Wall(
                            "com.fasterxml.jackson",
                            "com.fasterxml.jackson.databind.JsonNode",
                            List.of("config", "control", "cli.cache", "cli.control", "cli.fleet")),
                    new Wall(
                            "org.sqlite",
                            "org.sqlite.SQLiteDataSource",
                            List.of("control.store.embedded")),
                    new Wall("com.maxmind.db", "com.maxmind.db.Reader", List.of("net.geo")),
                    new Wall(
                            "com.github.difflib",
                            "com.github.difflib.DiffUtils",
                            List.of("control.sites")),
                    new Wall("org.yaml.snakeyaml", "org.yaml.snakeyaml.Yaml", List.of("config")),
                    new Wall(
                            "java.lang.foreign",
                            "java.lang.foreign.Linker",
                            List.of("cache.store.disk.device")),
                    new Wall("picocli", "picocli.CommandLine", List.of("cli")),
                    new Wall("ch.qos.logback", "ch.qos.logback.classic.Logger", List.of("cli")));

    private Arrows() {}

    /**
     * A vendor's library and who may import it.
     *
     * @param vendor the root of its packages
     * @param witness a class of it, so that a mistyped root is noticed
     * @param inside our packages, without {@code dev.skerry.}
     */
    record Wall(String vendor, String witness, List<String> inside) {
        DescribedPredicate<JavaClass> theirs() {
            return DescribedPredicate.describe(
                    "belong to " + vendor, type -> within(type.getPackageName(), vendor));
        }

        DescribedPredicate<JavaClass> outsiders() {
            return DescribedPredicate.describe(
                    "are outside of " + inside,
                    type ->
                            inside.stream()
                                    .noneMatch(in -> within(type.getPackageName(), OURS + in)));
        }
    }

    /** That every import among our packages follows the table, and every package is in it. */
    static ArchCondition<JavaClass> followTheTable() {
        return new ArchCondition<>("import only along the arrows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = type.getPackageName();
                Optional<String> row = row(from);
                if (row.isEmpty()) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    type, from + " is in no row of the table of arrows"));
                    return;
                }
                type.getDirectDependenciesFromSelf().stream()
                        .filter(use ->
                                (use.getTargetClass().getPackageName() + ".").startsWith(OURS))
                        .filter(use -> !allowed(row.get(), use.getTargetClass().getPackageName()))
                        .forEach(use ->
                                events.add(
                                        SimpleConditionEvent.violated(use, use.getDescription())));
            }
        };
    }

    private static Optional<String> row(String from) {
        return MAY_IMPORT.keySet().stream()
                .filter(row -> within(from, OURS + row))
                .max(Comparator.comparingInt(String::length));
    }

    private static boolean allowed(String row, String to) {
        return within(to, OURS + row)
                || MAY_IMPORT.getOrDefault(row, List.of()).stream()
                        .anyMatch(may -> within(to, OURS + may));
    }

    private static boolean within(String name, String root) {
        return name.equals(root) || name.startsWith(root + ".");
    }
}
