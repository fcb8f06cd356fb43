package dev.skerry.cli.history.check;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The oldest version that a read may return, by what it reads and by when it begins. */
final class Floors {
    private final Map<String, NavigableMap<Long, Floor>> byName = new HashMap<>();

    /**
     * A version that is due.
     *
     * @param since from when on
     * @param purge by which
     */
    record Floor(long version, long since, long purge) {
        static final Floor NONE = new Floor(0, Long.MIN_VALUE, -1);
    }

    /** From a moment on this version or a later one is due. */
    void raise(String name, long since, long version, long purge) {
        NavigableMap<Long, Floor> steps = byName.computeIfAbsent(name, absent -> new TreeMap<>());
        Map.Entry<Long, Floor> before = steps.floorEntry(since);
        if (before != null && before.getValue().version() >= version) {
            return;
        }
        steps.put(since, new Floor(version, since, purge));
        // A later step that is no higher is none.
        for (Map.Entry<Long, Floor> next = steps.higherEntry(since);
                next != null && next.getValue().version() <= version;
                next = steps.higherEntry(since)) {
            steps.remove(next.getKey());
        }
    }

    /** What is due of a read that begins at a moment. */
    Floor at(String name, long moment) {
        NavigableMap<Long, Floor> steps = byName.get(name);
        Map.Entry<Long, Floor> step = steps == null ? null : steps.floorEntry(moment);
        return step == null ? Floor.NONE : step.getValue();
    }
}
