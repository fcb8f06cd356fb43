package dev.skerry.config.text;

/**
 * Something wrong in a configuration, said so that its author can put it right.
 *
 * @param file the file as the user named it, or the option or variable that held the value
 * @param line 1-based, 0 when there is no line to point at
 * @param path where in the document: {@code rules[2].cache.ttl}; may be empty
 * @param message one sentence with the value and what would be right
 */
public record Problem(Severity severity, String file, int line, String path, String message) {
    /** Whether the configuration can be used in spite of the problem. */
    public enum Severity {
        /** It cannot. */
        ERROR,
        /** It can, but does something that its author hardly meant. */
        WARNING
    }

    /** An error at a line of a file. */
    public static Problem error(String file, int line, String path, String message) {
        return new Problem(Severity.ERROR, file, line, path, message);
    }

    /** A warning at a line of a file. */
    public static Problem warning(String file, int line, String path, String message) {
        return new Problem(Severity.WARNING, file, line, path, message);
    }

    /** Whether this is an error. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line: path: message}; parts that are unknown are left out. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        text.append(": ");
        if (!isError()) {
            text.append("warning: ");
        }
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        return text.append(message).toString();
    }
}
