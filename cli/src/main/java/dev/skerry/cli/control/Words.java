package dev.skerry.cli.control;

import dev.skerry.config.protocol.Revision;
import java.util.Locale;

/** How numbers and names are told to people. */
public final class Words {
    private static final int ENOUGH_OF_A_HISTORY = 8;

    private Words() {}

    /** {@code 1f3a9c02.17}: enough of the history to tell it from another. */
    public static String revision(String text) {
        Revision revision = Revision.parse(text);
        return revision == null
                ? text
                : revision.history().substring(0, ENOUGH_OF_A_HISTORY) + "." + revision.counter();
    }

    /** {@code 1 node}, {@code 2 nodes}. */
    public static String count(long count, String noun) {
        return String.format(Locale.ROOT, "%,d ", count) + noun + (count == 1 ? "" : "s");
    }
}
