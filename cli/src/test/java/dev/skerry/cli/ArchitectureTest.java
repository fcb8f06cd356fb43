package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The code of every module keeps its rules, and no rule is one that nothing could break. */
final class ArchitectureTest {
    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.skerry");

    /** For each rule but the walls, the smallest program that breaks it. */
    private static final Map<String, List<String>> BREAKING =
            Map.of(
                    "arrows",
                    List.of(
                            "package dev.skerry.cache.http; class A { Object o = new"
                                    + " dev.skerry.cache.key.B(); }",
                            "package dev.skerry.cache.key; public class B {}"),
                    "no cycles",
                    List.of(
                            "package dev.skerry.net.a; public class A { dev.skerry.net.b.B b; }",
                            "package dev.skerry.net.b; public class B { dev.skerry.net.a.A a; }"),
                    "names say what a class is",
                    List.of("package dev.skerry.net; class TimeUtil {}"),
                    "time comes through seams",
                    List.of(
                            "package dev.skerry.net; class A { java.util.function.LongSupplier now"
                                    + " = System::nanoTime; }"),
                    "packages are @NullMarked",
                    List.of("package dev.skerry.net; class A {}"),
                    "only the command line prints",
                    List.of("package dev.skerry.net; class A { Object out = System.out; }"),
                    "logs go through SLF4J",
                    List.of(
                            "package dev.skerry.net; class A { Object log ="
                                    + " java.util.logging.Level.INFO; }"));

    @TempDir private Path folder;

    @TestFactory
    Stream<DynamicTest> theCodeKeepsEveryRule() {
        return ArchitectureRules.all().entrySet().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(OURS)));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleCanBeBroken() {
        Map<String, List<String>> breaking = new HashMap<>(BREAKING);
        for (Arrows.Wall wall : Arrows.WALLS) {
            List<String> program = new ArrayList<>();
            program.add(
                    "package dev.skerry.proxy; class A { %s vendor; }".formatted(wall.witness()));
            if (!wall.vendor().startsWith("java.")) { // what is of the platform is there
                int dot = wall.witness().lastIndexOf('.');
                program.add(
                        "package %s; public class %s {}"
                                .formatted(
                                        wall.witness().substring(0, dot),
                                        wall.witness().substring(dot + 1)));
            }
            breaking.put("wall around " + wall.vendor(), program);
        }
        Map<String, ArchRule> rules = ArchitectureRules.all();
        assertEquals(rules.keySet(), breaking.keySet(), "every rule has a program that breaks it");
        return rules.entrySet().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(
                                rule.getKey(),
                                () ->
                                        assertBroken(
                                                rule.getValue(),
                                                breaking.getOrDefault(rule.getKey(), List.of()))));
    }

    @Test
    void everyWallStandsAroundALibraryThatIsThere() throws ClassNotFoundException {
        for (Arrows.Wall wall : Arrows.WALLS) {
            Class<?> witness =
                    Class.forName(wall.witness(), false, ArchitectureTest.class.getClassLoader());
            assertTrue(witness.getName().startsWith(wall.vendor() + "."), wall.toString());
        }
    }

    @Test
    void everySeamOfTimeIsOne() {
        TreeSet<String> idle = new TreeSet<>(ArchitectureRules.SEAMS_OF_TIME);
        for (JavaClass type : OURS) {
            if (!ArchitectureRules.timeAskedBy(type).isEmpty()) {
                idle.removeIf(seam ->
                        type.getName().equals(seam) || type.getName().startsWith(seam + "$"));
            }
        }
        assertEquals(new TreeSet<>(), idle, "listed as a seam of time, but not asking for it");
    }

    @Test
    void everyModuleIsLookedAt() {
        assertTrue(OURS.size() > 20, "only " + OURS.size() + " classes were found");
        assertFalse(OURS.contain(ArchitectureTest.class), "tests are none of these rules' concern");
    }

    private void assertBroken(ArchRule rule, List<String> sources) throws IOException {
        Path classes = compile(sources);
        JavaClasses broken = new ClassFileImporter().importPath(classes);
        assertEquals(sources.size(), broken.size(), "the program was compiled and imported");
        assertTrue(rule.evaluate(broken).hasViolation(), "nothing was found: " + rule);
    }

    private Path compile(List<String> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createTempDirectory(folder, "classes");
        List<JavaFileObject> files = new ArrayList<>();
        for (String source : sources) {
            files.add(new Source(source));
        }
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            List<String> options = List.of("-d", classes.toString(), "-proc:none");
            assertTrue(
                    compiler.getTask(null, manager, null, options, null, files).call(),
                    () -> sources.stream().collect(Collectors.joining("\n")));
        }
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(
                    URI.create(
                            "string:///"
                                    + text.replaceFirst(
                                            "(?s).*class (\\w+).*", "$1" + Kind.SOURCE.extension)),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
