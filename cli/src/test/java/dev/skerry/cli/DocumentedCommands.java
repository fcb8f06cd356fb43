package dev.skerry.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the command lines that the documents show: those in {@code sh} blocks. */
final class DocumentedCommands {
    private DocumentedCommands() {}

    /**
     * A command line.
     *
     * @param where file and line
     * @param arguments what follows {@code ./skerry}
     */
    record Shown(String where, List<String> arguments) {}

    /** All in the Markdown files at the top of the repository and under {@code docs}. */
    static List<Shown> under(Path repository) throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(repository)) {
            top.filter(DocumentedCommands::isPage).forEach(pages::add);
        }
        Path docs = repository.resolve("docs");
        if (Files.isDirectory(docs)) {
            try (Stream<Path> below = Files.walk(docs)) {
                below.filter(DocumentedCommands::isPage).forEach(pages::add);
            }
        }
        List<Shown> shown = new ArrayList<>();
        for (Path page : pages) {
            String name = repository.relativize(page).toString();
            shown.addAll(in(name, Files.readAllLines(page)));
        }
        return shown;
    }

    /** All in one page. A command goes on after a backslash at the end of its line. */
    static List<Shown> in(String page, List<String> lines) {
        List<Shown> shown = new ArrayList<>();
        boolean shell = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("```")) {
                shell = !shell && line.equals("```sh");
            } else if (shell && line.startsWith("./skerry")) {
                String where = page + ":" + (i + 1);
                StringBuilder command = new StringBuilder(line);
                while (command.charAt(command.length() - 1) == '\\' && i + 1 < lines.size()) {
                    command.setLength(command.length() - 1);
                    command.append(lines.get(++i).strip());
                }
                shown.add(new Shown(where, arguments(command.toString())));
            }
        }
        return shown;
    }

    /**
     * The words after {@code ./skerry}, as a shell sees them; up to a comment, pipe or {@code &}.
     */
    static List<String> arguments(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (c == ' ') {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else if (!inWord && "#&|><;".indexOf(c) >= 0) {
                break;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words.subList(1, words.size());
    }

    private static boolean isPage(Path file) {
        return file.toString().endsWith(".md");
    }
}
