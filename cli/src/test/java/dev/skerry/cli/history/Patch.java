package dev.skerry.cli.history;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A place of the product that is another one in some processes of a test: the class is compiled
 * beside the tree, and comes first on the class path. So nothing of it is in what is released.
 *
 * @param file below the repository's root
 * @param find stands there once
 */
record Patch(Path file, String find, String replace) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Takes a rule of the purge protocol out, see {@code loadtest/mutants}. */
    static Patch without(String rule) throws IOException {
        String all = Files.readString(ROOT.resolve("loadtest/mutants/rules.txt"));
        int at = all.indexOf("\n" + rule + "\nin ");
        if (at < 0) {
            throw new IllegalArgumentException("there is no '" + rule + "' in rules.txt");
        }
        String block =
                all.substring(
                        at + 1,
                        all.indexOf("\n===\n", at) < 0 ? all.length() : all.indexOf("\n===\n", at));
        String file = block.lines().skip(1).findFirst().orElseThrow().substring("in ".length());
        String[] texts = block.split("\n[-+]{3}\n", -1);
        return new Patch(Path.of(file), texts[1], texts[2].stripTrailing());
    }

    /**
     * The product with another lease.
     *
     * @param wait what a control plane waits beyond it
     */
    static List<Patch> lease(long millis, long wait) {
        Path terms = Path.of("config/src/main/java/dev/skerry/config/protocol/LeaseTerms.java");
        return List.of(
                new Patch(terms, "Duration.ofSeconds(30)", "Duration.ofMillis(" + millis + ")"),
                new Patch(terms, "LENGTH.dividedBy(50)", "Duration.ofMillis(" + wait + ")"));
    }

    /** Compiles what patches make of the product into a folder. */
    static void compile(List<Patch> patches, Path folder) throws IOException {
        Map<Path, String> sources = new TreeMap<>();
        for (Patch patch : patches) {
            String before = sources.get(patch.file);
            String source = before == null ? Files.readString(ROOT.resolve(patch.file)) : before;
            int at = source.indexOf(patch.find);
            if (at < 0 || source.indexOf(patch.find, at + 1) >= 0) {
                throw new IllegalArgumentException(
                        patch.file + " does not have this once: " + patch.find);
            }
            sources.put(
                    patch.file,
                    source.substring(0, at)
                            + patch.replace
                            + source.substring(at + patch.find.length()));
        }
        Path copies = Files.createDirectories(folder.resolve("source"));
        List<Path> files = new ArrayList<>();
        for (Map.Entry<Path, String> source : sources.entrySet()) {
            files.add(
                    Files.writeString(
                            copies.resolve(source.getKey().getFileName()), source.getValue()));
        }
        javac(files, folder);
    }

    private static void javac(List<Path> files, Path folder) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager =
                javac.getStandardFileManager(null, Locale.ROOT, null)) {
            List<String> options =
                    List.of(
                            "-proc:none",
                            "-nowarn",
                            "-d",
                            folder.toString(),
                            "-cp",
                            System.getProperty("java.class.path"));
            boolean done =
                    javac.getTask(
                                    new PrintWriter(said),
                                    manager,
                                    null,
                                    options,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files))
                            .call();
            if (!done) {
                throw new IllegalArgumentException(said.toString());
            }
        }
    }
}
