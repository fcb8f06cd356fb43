package dev.skerry.net.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * All series of one name: one handle for each combination of label values. At most {@value
 * #MAX_SERIES}; what comes after shares one whose labels all read {@value #OTHER}, so that no input
 * can grow the scrape without bound.
 *
 * @param <T> the handle
 */
public final class Family<T> {
    /** The most series of one name. */
    public static final int MAX_SERIES = 1000;

    /** The label value of what is past the limit. */
    public static final String OTHER = "other";

    private final String name;
    private final List<String> labels;
    private final Supplier<T> create;
    private final BiConsumer<List<String>, T> export;
    private final Map<List<String>, T> series = new ConcurrentHashMap<>();

    Family(
            String name,
            List<String> labels,
            Supplier<T> create,
            BiConsumer<List<String>, T> export) {
        this.name = name;
        this.labels = labels;
        this.create = create;
        this.export = export;
    }

    /**
     * The handle for these label values, the same one for the same values. Not for a hot path:
     * resolve once.
     *
     * @param values one for each label name, in their order
     */
    public T with(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(
                    name + " has the labels " + labels + ", but got values " + List.of(values));
        }
        List<String> key = List.of(values);
        T known = series.get(key);
        return known != null ? known : add(key);
    }

    List<String> labels() {
        return labels;
    }

    Map<List<String>, T> series() {
        return new HashMap<>(series);
    }

    private synchronized T add(List<String> values) {
        List<String> key = values;
        if (series.size() >= MAX_SERIES && !series.containsKey(values)) {
            key = values.stream().map(v -> OTHER).toList();
        }
        T known = series.get(key);
        if (known == null) {
            known = create.get();
            series.put(key, known);
            export.accept(key, known);
        }
        return known;
    }
}
