package dev.skerry.cli.control;

import java.util.ArrayList;
import java.util.List;

/** Text for people. */
public final class Terminal {
    private Terminal() {}

    /** The text without what could move the cursor or forge a line. */
    public static String plain(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || isInvisible(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Columns that are as wide as they must be; the first row is the heading. */
    public static List<String> table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = plain(row.get(i)).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String cell = plain(row.get(i));
            line.append(cell).repeat(' ', widths.get(i) - cell.length() + 2);
        }
        return line.toString().stripTrailing();
    }

    /** Marks that turn the direction of writing around them. */
    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT;
    }
}
