import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Takes rules out of the product, one at a time, and looks whether the test fails that says so. Nothing in the tree is
 * changed: the class without its rule is compiled beside and comes first on the test's class path. See run.
 */
final class Mutants {
    /** What rules.txt says of one. */
    record Mutant(String title, Path file, String module, String test, String method, String find, String replace) {}

    /** What became of a test: 0 passed, 1 failed; what it said. */
    record Outcome(boolean ran, boolean failed, String words) {}

    private final Path root;
    private final Path work;

    private Mutants(Path root, Path work) {
        this.root = root;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        String only = args.length == 0 ? "" : args[0];
        Path work = Files.createTempDirectory("mutants");
        Mutants mutants = new Mutants(root, work);
        int survivors = 0;
        int all = 0;
        for (Mutant mutant : parse(Files.readString(root.resolve("loadtest/mutants/rules.txt")))) {
            if (!mutant.title().startsWith(only)) {
                continue;
            }
            all++;
            String verdict = mutants.judge(mutant, work.resolve(Integer.toString(all)));
            survivors += verdict.startsWith("caught") ? 0 : 1;
            System.out.println(mutant.title() + "\n    " + simple(mutant.test()) + "." + mutant.method() + "\n    " + verdict);
            System.out.flush();
        }
        delete(work);
        System.out.println(all + " taken out, " + (all - survivors) + " caught");
        // Threads of tests that failed in the middle must not hold this up.
        System.exit(survivors == 0 && all > 0 ? 0 : 1);
    }

    private String judge(Mutant mutant, Path out) throws Exception {
        String source = Files.readString(root.resolve(mutant.file()));
        int at = source.indexOf(mutant.find());
        if (at < 0 || source.indexOf(mutant.find(), at + 1) >= 0) {
            return "MOVED: the text is not there once; look what became of the rule";
        }
        String without = source.substring(0, at) + mutant.replace() + source.substring(at + mutant.find().length());
        List<Path> path = classPath(mutant.module());
        Outcome sound = run(mutant, path);
        if (!sound.ran() || sound.failed()) {
            return "BROKEN: the test does not pass as it is: " + sound.words();
        }
        Files.createDirectories(out);
        String complaint = compile(mutant.file(), without, path, out);
        if (complaint != null) {
            return "NO JAVA: " + complaint;
        }
        List<Path> mutated = new ArrayList<>(List.of(out));
        mutated.addAll(path);
        Outcome outcome = run(mutant, mutated);
        return outcome.failed() ? "caught: " + outcome.words() : "SURVIVED";
    }

    private String compile(Path file, String source, List<Path> path, Path out) throws IOException {
        Path copy = out.resolveSibling(out.getFileName() + "-source").resolve(file.getFileName());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, source);
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-d", out.toString(), "-cp", joined(path));
            boolean done =
                    javac.getTask(new PrintWriter(said), files, null, options, null, files.getJavaFileObjects(copy)).call();
            return done ? null : said.toString();
        }
    }

    private static String joined(List<Path> path) {
        return String.join(System.getProperty("path.separator"), path.stream().map(Path::toString).toList());
    }

    /** The class path of a module's tests, as the last run of any of them has noted it. */
    private List<Path> classPath(String module) throws IOException {
        Pattern noted = Pattern.compile("\"(?:surefire\\.test\\.class\\.path|java\\.class\\.path)\" value=\"([^\"]*target/test-classes[^\"]*)\"");
        try (var reports = Files.newDirectoryStream(root.resolve(module).resolve("target/surefire-reports"), "TEST-*.xml")) {
            for (Path report : reports) {
                Matcher matcher = noted.matcher(Files.readString(report));
                if (matcher.find()) {
                    Set<Path> path = new LinkedHashSet<>();
                    for (String each : matcher.group(1).split(System.getProperty("path.separator"))) {
                        path.add(Path.of(each));
                    }
                    path.add(launcher(path));
                    return List.copyOf(path);
                }
            }
        }
        throw new IOException("no test of " + module + " has been run: ./skerry test first");
    }

    private static Path launcher(Set<Path> path) throws IOException {
        for (Path each : path) {
            if (each.getFileName().toString().startsWith("junit-platform-engine-")) {
                return Path.of(each.toString().replace("junit-platform-engine", "junit-platform-launcher"));
            }
        }
        throw new IOException("no JUnit on the class path");
    }

    /** Runs the test with a class loader of its own, in which this class is loaded once more. */
    private Outcome run(Mutant mutant, List<Path> path) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path each : path) {
            urls.add(each.toUri().toURL());
        }
        Path self = work.resolve("self");
        if (!Files.exists(self)) {
            Files.createDirectories(self);
            String complaint = compile(Path.of("Launched.java"), LAUNCHED, path, self);
            if (complaint != null) {
                throw new IOException(complaint);
            }
        }
        urls.add(self.toUri().toURL());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            var run = loader.loadClass("Launched").getMethod("run", String.class, String.class);
            String words = (String) run.invoke(null, mutant.test(), mutant.method());
            return new Outcome(!words.startsWith("0 "), !words.endsWith("passed"), words.substring(words.indexOf(' ') + 1));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static final String LAUNCHED =
            """
            import org.junit.platform.engine.TestExecutionResult;
            import org.junit.platform.engine.discovery.DiscoverySelectors;
            import org.junit.platform.launcher.*;
            import org.junit.platform.launcher.core.*;

            public final class Launched {
                public static String run(String type, String method) throws Exception {
                    Class<?> test = Class.forName(type, true, Thread.currentThread().getContextClassLoader());
                    java.util.List<org.junit.platform.engine.DiscoverySelector> selectors = new java.util.ArrayList<>();
                    for (Class<?> each = test; each != null; each = each.getSuperclass()) {
                        for (var declared : each.getDeclaredMethods()) {
                            if (declared.getName().equals(method)) {
                                selectors.add(DiscoverySelectors.selectMethod(test, declared));
                            }
                        }
                    }
                    int[] ran = {0};
                    String[] words = {"passed"};
                    LauncherFactory.create()
                            .execute(
                                    LauncherDiscoveryRequestBuilder.request()
                                            .selectors(selectors)
                                            .filters(EngineFilter.includeEngines("junit-jupiter"))
                                            .configurationParameter("junit.jupiter.execution.timeout.test.method.default", "90 s")
                                            .build(),
                                    new TestExecutionListener() {
                                        @Override
                                        public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                                            ran[0] += id.isTest() ? 1 : 0;
                                            result.getThrowable().ifPresent(thrown -> {
                                                if (words[0].equals("passed")) {
                                                    words[0] = String.valueOf(thrown.getMessage() == null ? thrown : thrown.getMessage()).lines().findFirst().orElse("");
                                                    words[0] = words[0].isEmpty() ? thrown.getClass().getSimpleName() : words[0];
                                                }
                                            });
                                        }
                                    });
                    return ran[0] + " " + words[0];
                }
            }
            """;

    /** Blocks of: title; "in FILE"; "test MODULE CLASS#METHOD"; "-" and the text; "+" and what is put in its place. */
    private static List<Mutant> parse(String text) {
        List<Mutant> mutants = new ArrayList<>();
        for (String block : text.split("(?m)^={3,}\n")) {
            if (block.isBlank() || block.startsWith("#")) {
                continue;
            }
            String[] head = block.split("\n", 4);
            String[] test = head[2].substring("test ".length()).split("[ #]");
            String[] texts = ("\n" + head[3]).split("\n[-+]{3}\n", -1);
            String replace = texts[2].endsWith("\n") ? texts[2].substring(0, texts[2].length() - 1) : texts[2];
            mutants.add(
                    new Mutant(
                            head[0],
                            Path.of(head[1].substring("in ".length())),
                            test[0],
                            test[1],
                            test[2],
                            texts[1],
                            replace));
        }
        return mutants;
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static void delete(Path folder) throws IOException {
        try (var walk = Files.walk(folder)) {
            for (Path each : walk.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }
}
