package dev.skerry.config.text;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses which known word a mistyped one was meant to be. */
public final class NearestWord {
    private NearestWord() {}

    /**
     * The known word with the smallest edit distance, or null when none is near enough (a third of
     * its length, at least 1, at most 3). Swapped neighbours count as one edit.
     */
    public static @Nullable String to(String word, Collection<String> known) {
        String given = word.toLowerCase(Locale.ROOT).replace('_', '-');
        String nearest = null;
        int smallest = Integer.MAX_VALUE;
        for (String candidate : known) {
            String lower = candidate.toLowerCase(Locale.ROOT);
            int allowed = Math.clamp(lower.length() / 3, 1, 3);
            if (Math.abs(lower.length() - given.length()) > allowed) {
                continue;
            }
            int distance = distance(given, lower);
            if (distance <= allowed && distance < smallest) {
                smallest = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Optimal string alignment distance. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best =
                        Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, d[i - 2][j - 2] + 1);
                }
                d[i][j] = best;
            }
        }
        return d[a.length()][b.length()];
    }
}
