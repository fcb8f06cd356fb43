package dev.skerry.cli.history.check;

import dev.skerry.cli.history.check.Floors.Floor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the writes and purges of a history oblige its reads to. A purge stands for the versions that
 * the origin had when it was sent: what came later may have come after it was accepted.
 */
final class Obligations {
    private final Floors everywhere = new Floors();
    private final Floors atNode = new Floors();

    /** One for each stretch of time between two restores; the last is for the time after all. */
    private final List<Floors> strict = new ArrayList<>();

    private final List<Event.Restored> restores = new ArrayList<>();
    private final Floors written = new Floors();
    private final Map<Long, Event.Purged> purges = new HashMap<>();
    private final Set<String> strictItems = new HashSet<>();
    private long boundNanos;

    /** Of a whole history. */
    Obligations(List<Event> history) {
        for (Event event : history) {
            switch (event) {
                case Event.Began began -> {
                    strictItems.addAll(began.strict());
                    boundNanos = began.boundNanos();
                }
                case Event.Wrote wrote ->
                        written.raise(wrote.item(), wrote.end(), wrote.version(), -1);
                case Event.Purged purged -> purges.put(purged.purge(), purged);
                case Event.Restored restored -> restores.add(restored);
                case Event.Acknowledged _, Event.Done _, Event.Lost _ -> {}
                case Event.Read _, Event.Fault _ -> {}
            }
        }
        for (int i = 0; i <= restores.size(); i++) {
            strict.add(new Floors());
        }
        purges.values().forEach(this::accepted);
        history.forEach(this::promised);
    }

    /** What is due once a purge is done. */
    Floor everywhere(Event.Read read) {
        return everywhere.at(read.item(), read.start());
    }

    /** What is due once this node has acknowledged a purge. */
    Floor atNode(Event.Read read) {
        return atNode.at(read.node() + " " + read.item(), read.start());
    }

    /** What is due because no lease is left that was given before a purge. */
    Floor pastTheLease(Event.Read read) {
        Floors now = strict.get(stretch(read.start()));
        Floor all = now.at(read.item(), read.start());
        Floor lost = now.at(read.node() + " " + read.item(), read.start());
        return all.version() >= lost.version() ? all : lost;
    }

    private void accepted(Event.Purged purge) {
        if (purge.soft()) {
            return;
        }
        for (String item : purge.items()) {
            if (strictItems.contains(item)) {
                strictly(purge, item, item, purge.end() + boundNanos);
            }
        }
    }

    private void promised(Event event) {
        switch (event) {
            case Event.Done(long id, long at) ->
                    due(id, (purge, item) -> raise(everywhere, item, at, purge, item));
            case Event.Acknowledged(long id, String node, long at) ->
                    due(id, (purge, item) -> raise(atNode, node + " " + item, at, purge, item));
            case Event.Lost(long id, String node, long at) ->
                    due(
                            id,
                            (purge, item) -> {
                                if (strictItems.contains(item)) {
                                    strictly(purge, item, node + " " + item, at);
                                }
                            });
            default -> {}
        }
    }

    @FunctionalInterface
    private interface Due {
        void of(Event.Purged purge, String item);
    }

    /** A soft purge promises nothing: its words may allow that it is served stale (P5). */
    private void due(long id, Due due) {
        Event.Purged purge = purges.get(id);
        if (purge == null) {
            throw new IllegalArgumentException("a receipt of purge " + id + ", which never was");
        }
        if (!purge.soft()) {
            purge.items().forEach(item -> due.of(purge, item));
        }
    }

    private void raise(Floors floors, String name, long since, Event.Purged purge, String item) {
        floors.raise(name, since, version(purge, item), purge.purge());
    }

    /** Until a restore loses the purge: nobody who has not heard of it will ever hear. */
    private void strictly(Event.Purged purge, String item, String name, long since) {
        for (int i = 0; i < strict.size(); i++) {
            raise(strict.get(i), name, since, purge, item);
            if (i < restores.size() && loses(restores.get(i), purge)) {
                return;
            }
        }
    }

    private static boolean loses(Event.Restored restored, Event.Purged purge) {
        return purge.end() > restored.backupAt() && purge.start() < restored.end();
    }

    private long version(Event.Purged purge, String item) {
        return written.at(item, purge.start()).version();
    }

    private int stretch(long moment) {
        int index = 0;
        while (index < restores.size() && moment >= restores.get(index).start()) {
            index++;
        }
        return index;
    }
}
