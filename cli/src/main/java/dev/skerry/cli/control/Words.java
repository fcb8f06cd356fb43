package dev.skerry.cli.control;

import com.fasterxml.jackson.databind.JsonNode;
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

    /** Whose version an application took the place of, if it did; begins with a comma. */
    public static String replaced(JsonNode applied) {
        JsonNode replaced = applied.path("replaced");
        if (replaced.isMissingNode()) {
            return "";
        }
        String who = replaced.path("who").asText();
        return ", in place of version "
                + replaced.path("version").asLong()
                + (who.isEmpty() ? "" : " by " + who + ", " + replaced.path("when").asText());
    }

    /** {@code 1 node}, {@code 2 nodes}. */
    public static String count(long count, String noun) {
        return String.format(Locale.ROOT, "%,d ", count) + noun + (count == 1 ? "" : "s");
    }
}
