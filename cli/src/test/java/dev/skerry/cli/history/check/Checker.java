package dev.skerry.cli.history.check;

import dev.skerry.cli.history.check.Floors.Floor;
import dev.skerry.cli.history.check.Violation.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history may have been: P1, P2 and P3 of the purge protocol, by what was seen
 * from outside alone. It never accuses a history that is right: where the order of two things
 * cannot be told from their times, it takes the one that explains the read.
 */
public final class Checker {
    private final Obligations obligations;
    private final Map<String, Event.Wrote> writes = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Tally.Counting tally;

    private Checker(List<Event> history) {
        this.obligations = new Obligations(history);
        this.tally = new Tally.Counting(history);
        for (Event event : history) {
            if (event instanceof Event.Wrote wrote) {
                writes.put(wrote.item() + " " + wrote.version(), wrote);
            }
        }
    }

    /**
     * What became of a history.
     *
     * @param violations in the order of the history; none when it may have been
     * @param tally how much there was to be violated
     */
    public record Verdict(List<Violation> violations, Tally tally) {
        /** Copies the list. */
        public Verdict {
            violations = List.copyOf(violations);
        }
    }

    /** Judges a whole history. */
    public static Verdict check(List<Event> history) {
        Checker checker = new Checker(history);
        for (Event event : history) {
            if (event instanceof Event.Read read && read.status() == 200) {
                checker.judge(read);
            }
        }
        return new Verdict(checker.violations, checker.tally.counted());
    }

    /** Judges a file; exit code 1 when it cannot have been. */
    public static void main(String[] arguments) throws Exception {
        Verdict verdict = check(HistoryFile.read(Path.of(arguments[0])));
        verdict.violations().forEach(System.out::println);
        System.out.println(verdict.tally());
        System.out.println(verdict.violations().size() + " violations");
        System.exit(verdict.violations().isEmpty() ? 0 : 1);
    }

    private void judge(Event.Read read) {
        Floor everywhere = obligations.everywhere(read);
        Floor atNode = obligations.atNode(read);
        Floor pastTheLease = obligations.pastTheLease(read);
        tally.read(read, everywhere, atNode, pastTheLease);
        Violation found = null;
        if (!wasWritten(read)) {
            found = new Violation(Property.TRUTH, read, 0, -1, 0);
        } else if (read.version() < everywhere.version()) {
            found = violation(Property.P1, read, everywhere);
        } else if (read.version() < atNode.version()) {
            found = violation(Property.P2, read, atNode);
        } else if (read.version() < pastTheLease.version()) {
            found = violation(Property.P3, read, pastTheLease);
        }
        if (found != null) {
            violations.add(found);
        }
    }

    private boolean wasWritten(Event.Read read) {
        if (read.version() == 0) {
            return true;
        }
        Event.@Nullable Wrote origin = writes.get(read.item() + " " + read.version());
        return origin != null && origin.start() <= read.end();
    }

    private static Violation violation(Property property, Event.Read read, Floor due) {
        return new Violation(property, read, due.version(), due.purge(), due.since());
    }
}
