package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows of tables in the documents, as the tests compare them with the code. */
final class DocumentedWords {
    private static final Path DOCS = Path.of("..", "docs");

    private DocumentedWords() {}

    /** The rows between {@code <!-- NAME: … -->} and {@code <!-- end -->}, headings left out. */
    static List<List<String>> table(String page, String name) throws IOException {
        List<String> lines = Files.readAllLines(DOCS.resolve(page));
        int from = 0;
        while (from < lines.size() && !lines.get(from).startsWith("<!-- " + name + ":")) {
            from++;
        }
        assertTrue(from < lines.size(), page + " has no table " + name);
        int to = from + lines.subList(from, lines.size()).indexOf("<!-- end -->");
        assertTrue(to > from, page + ": the table " + name + " has no end");
        return rows(lines.subList(from, to));
    }

    /** All rows of all tables of a page. */
    static List<List<String>> rows(String page) throws IOException {
        return rows(Files.readAllLines(DOCS.resolve(page)));
    }

    /** The text of a cell that is one word of code, else the cell as it is. */
    static String plain(String cell) {
        return cell.startsWith("`") && cell.endsWith("`")
                ? cell.substring(1, cell.length() - 1)
                : cell;
    }

    private static List<List<String>> rows(List<String> lines) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean heading = i + 1 < lines.size() && lines.get(i + 1).startsWith("| ---");
            if (lines.get(i).startsWith("|") && !heading && !lines.get(i).startsWith("| ---")) {
                rows.add(cells(lines.get(i)));
            }
        }
        return rows;
    }

    private static List<String> cells(String row) {
        List<String> cells = new ArrayList<>();
        for (String cell : row.substring(1, row.lastIndexOf('|')).split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }
}
