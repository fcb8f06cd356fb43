package dev.skerry.net.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The metrics of one process. Names are {@code skerry_<what>_<unit>[_total]} in base units; labels
 * never hold a URL, a client or a tag. A name has one kind, one description and one list of labels:
 * asking for it with others throws, as the registry underneath would drop the series silently.
 * Thread-safe.
 */
@SuppressWarnings(
        "deprecation") // upstream prefers the newer client; this process exports simpleclient
// collectors
public final class Metrics implements AutoCloseable {
    /** The media type of {@link #scrape}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Bounds that suit a request's duration: 1 ms to 10 s. */
    public static final List<Duration> REQUEST_BOUNDS =
            List.of(
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofMillis(25),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofMillis(2500),
                    Duration.ofSeconds(10));

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Kind> kinds = new HashMap<>();
    private final Map<String, Family<?>> families = new HashMap<>();
    private final Set<List<String>> series = new HashSet<>();
    private final List<LongSupplier> kept = new ArrayList<>();
    private final List<AutoCloseable> binders = new ArrayList<>();

    /** What a name has been registered as. */
    private record Kind(String type, String description, List<String> labels) {}

    /** An empty registry. */
    public Metrics() {}

    /** Adds the JVM: memory, direct buffers, collections, threads, processors, open files. */
    public synchronized void addJvm() {
        JvmGcMetrics collections = new JvmGcMetrics();
        JvmMemoryMetrics memory = new JvmMemoryMetrics();
        collections.bindTo(registry);
        memory.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        binders.add(collections);
    }

    /** A counter without labels; its name ends in {@code _total}. */
    public Counter counter(String name, String description) {
        return counters(name, description).with();
    }

    /** Counters that differ by labels; the name ends in {@code _total}. */
    @SuppressWarnings("unchecked") // the kind says that it is a family of counters
    public synchronized Family<Counter> counters(
            String name, String description, String... labels) {
        require(name.endsWith("_total"), name, "a counter's name ends in _total");
        claim(name, new Kind("counter", description, List.of(labels)));
        return (Family<Counter>)
                families.computeIfAbsent(
                        name,
                        n ->
                                new Family<>(
                                        n,
                                        List.of(labels),
                                        Counter::new,
                                        (values, counter) ->
                                                FunctionCounter.builder(n, counter, Counter::count)
                                                        .description(description)
                                                        .tags(tags(labels, values))
                                                        .register(registry)));
    }

    /** A timer without labels; its name ends in {@code _seconds}. */
    public Timer timer(String name, String description, List<Duration> bounds) {
        return timers(name, description, bounds).with();
    }

    /**
     * Timers that differ by labels; the name ends in {@code _seconds}.
     *
     * @param bounds upper bounds of the buckets, inclusive, 1 to 20
     */
    @SuppressWarnings("unchecked") // the kind says that it is a family of timers
    public synchronized Family<Timer> timers(
            String name, String description, List<Duration> bounds, String... labels) {
        require(name.endsWith("_seconds"), name, "a timer's name ends in _seconds");
        require(!bounds.isEmpty() && bounds.size() <= 20, name, "a timer has 1 to 20 bounds");
        claim(name, new Kind("timer " + bounds, description, List.of(labels)));
        Family<?> known = families.get(name);
        if (known == null) {
            List<Duration> fixed = List.copyOf(bounds);
            Family<Timer> family =
                    new Family<>(name, List.of(labels), () -> new Timer(fixed), (v, t) -> {});
            registry.getPrometheusRegistry()
                    .register(new TimerCollector(name, description, family));
            families.put(name, family);
            known = family;
        }
        return (Family<Timer>) known;
    }

    /**
     * A count that somebody else keeps, asked for at every scrape: it must be cheap, must not throw
     * and must not fall.
     *
     * @param labels names and values in turn, as {@code "site", "shop"}
     * @throws IllegalArgumentException when this series exists already
     */
    public synchronized void count(
            String name, String description, LongSupplier value, String... labels) {
        require(name.endsWith("_total"), name, "a counter's name ends in _total");
        Iterable<Tag> tags = claimSeries(name, "kept counter", description, labels);
        // The registry holds what it counts by a weak reference.
        kept.add(value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /**
     * A value that goes up and down, asked for at every scrape: it must be cheap and must not
     * throw.
     *
     * @param labels names and values in turn, as {@code "site", "shop"}
     * @throws IllegalArgumentException when this gauge exists already
     */
    public synchronized void gauge(
            String name, String description, LongSupplier value, String... labels) {
        require(!name.endsWith("_total"), name, "only a counter's name ends in _total");
        Iterable<Tag> tags = claimSeries(name, "gauge", description, labels);
        Gauge.builder(name, value::getAsLong)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** Everything, in the text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    /** Ends the listening to the JVM. */
    @Override
    public synchronized void close() {
        for (AutoCloseable binder : binders) {
            try {
                binder.close();
            } catch (Exception e) {
                throw new IllegalStateException("a metrics binder cannot be closed", e);
            }
        }
        binders.clear();
        registry.close();
    }

    /** Claims one series of a name; each exists once. */
    private Iterable<Tag> claimSeries(
            String name, String type, String description, String... labels) {
        require(labels.length % 2 == 0, name, "labels are names and values in turn");
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < labels.length; i += 2) {
            names.add(labels[i]);
            values.add(labels[i + 1]);
        }
        claim(name, new Kind(type, description, List.copyOf(names)));
        List<String> key = new ArrayList<>(values);
        key.addFirst(name);
        require(series.add(key), name, "this " + type + " exists already");
        return tags(names.toArray(String[]::new), values);
    }

    private void claim(String name, Kind kind) {
        require(name.matches("skerry_[a-z][a-z0-9_]*"), name, "it must read skerry_<what>_<unit>");
        for (String label : kind.labels()) {
            require(label.matches("[a-z][a-z0-9_]*") && !label.equals("le"), name, "bad label");
        }
        Kind known = kinds.putIfAbsent(name, kind);
        require(known == null || known.equals(kind), name, "it is already a " + known);
    }

    private static void require(boolean holds, String name, String why) {
        if (!holds) {
            throw new IllegalArgumentException("metric " + name + ": " + why);
        }
    }

    private static List<Tag> tags(String[] names, List<String> values) {
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            tags.add(Tag.of(names[i], values.get(i)));
        }
        return tags;
    }
}
