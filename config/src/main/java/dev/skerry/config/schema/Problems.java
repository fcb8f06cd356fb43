package dev.skerry.config.schema;

import dev.skerry.config.text.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the problems of one file; keeps the first 200. */
public final class Problems {
    private static final int LIMIT = 200;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int errors;

    /** For a file as the user named it. */
    public Problems(String file) {
        this.file = file;
    }

    /** Notes an error. */
    public void error(int line, String path, String message) {
        errors++;
        add(Problem.error(file, line, path, message));
    }

    /** Notes a warning. */
    public void warning(int line, String path, String message) {
        add(Problem.warning(file, line, path, message));
    }

    /** How many errors there were so far. */
    public int errors() {
        return errors;
    }

    /** All of them, by line. */
    public List<Problem> all() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    private void add(Problem problem) {
        if (found.size() < LIMIT) {
            found.add(problem);
        }
    }
}
