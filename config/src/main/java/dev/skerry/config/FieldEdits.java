package dev.skerry.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes to the fields of a message, done in this order: remove, set, add. Names compare without
 * case. Values hold one char a byte.
 *
 * @param remove fields taken away
 * @param set fields that then have this one value
 * @param add field lines put behind those that are there
 */
public record FieldEdits(List<String> remove, List<Line> set, List<Line> add) {
    /** Changes nothing. */
    public static final FieldEdits NONE = new FieldEdits(List.of(), List.of(), List.of());

    /** One field line. */
    public record Line(String name, String value) {}

    /** Copies the lists. */
    public FieldEdits {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        add = List.copyOf(add);
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }

    /** These edits with more specific ones on top, which win where both touch a field. */
    public FieldEdits and(FieldEdits specific) {
        if (specific.isEmpty() || isEmpty()) {
            return isEmpty() ? specific : this;
        }
        List<String> removed = new ArrayList<>(remove);
        for (String name : specific.remove) {
            if (removed.stream().noneMatch(name::equalsIgnoreCase)) {
                removed.add(name);
            }
        }
        Map<String, Line> values = new LinkedHashMap<>();
        List<Line> added = new ArrayList<>();
        for (Line line : set) {
            if (!specific.decides(line.name)) {
                values.put(line.name, line);
            }
        }
        specific.set.forEach(line -> values.put(line.name, line));
        for (Line line : add) {
            if (!specific.decides(line.name)) {
                added.add(line);
            }
        }
        added.addAll(specific.add);
        return new FieldEdits(removed, List.copyOf(values.values()), added);
    }

    private boolean decides(String name) {
        return remove.stream().anyMatch(name::equalsIgnoreCase)
                || set.stream().anyMatch(line -> line.name.equalsIgnoreCase(name));
    }
}
