package dev.skerry.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The rules that hold the shape of the code, by name. */
final class ArchitectureRules {
    /**
     * The seams of time: the only classes that ask the machine what time it is, or wait for it to
     * pass. Everyone else is told.
     */
    static final Set<String> SEAMS_OF_TIME =
            Set.of(
                    "dev.skerry.cache.engine.TimeSource",
                    "dev.skerry.net.client.WatchedHttpClient",
                    "dev.skerry.net.server.IoLoop");

    private static final Map<String, Set<String>> TIME =
            Map.of(
                    "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
                    "java.lang.Thread", Set.of("sleep"),
                    "java.time.Instant", Set.of("now"),
                    "java.time.LocalDateTime", Set.of("now"),
                    "java.time.OffsetDateTime", Set.of("now"),
                    "java.time.ZonedDateTime", Set.of("now"),
                    "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"));

    private static final String BANNED_SUFFIXES = ".*(Utils?|Helper|Manager|Impl)";

    private ArchitectureRules() {}

    /** All rules. */
    static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("arrows", classes().should(Arrows.followTheTable()));
        for (Arrows.Wall wall : Arrows.WALLS) {
            rules.put(
                    "wall around " + wall.vendor(),
                    noClasses().that(wall.outsiders()).should().dependOnClassesThat(wall.theirs()));
        }
        rules.put("no cycles", slices().assignedFrom(packages()).should().beFreeOfCycles());
        rules.put(
                "names say what a class is",
                noClasses().should().haveNameMatching(BANNED_SUFFIXES));
        rules.put(
                "time comes through seams",
                classes()
                        .that()
                        .resideOutsideOfPackage("dev.skerry.testkit..")
                        .should(notAskForTheTime()));
        rules.put("packages are @NullMarked", classes().should(liveInANullMarkedPackage()));
        rules.put(
                "only the command line prints",
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.skerry.cli..")
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err"));
        rules.put(
                "logs go through SLF4J",
                noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
        return rules;
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static ArchCondition<JavaClass> notAskForTheTime() {
        return new ArchCondition<>("not ask for the time, nor wait for it") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!SEAMS_OF_TIME.contains(outermost(type).getName())) {
                    timeAskedBy(type)
                            .forEach(use ->
                                    events.add(
                                            SimpleConditionEvent.violated(
                                                    use, use.getDescription())));
                }
            }
        };
    }

    /** Calls and method references alike. */
    static List<JavaAccess<?>> timeAskedBy(JavaClass type) {
        return type.getAccessesFromSelf().stream()
                .filter(ArchitectureRules::asksForTime)
                .<JavaAccess<?>>map(use -> use)
                .toList();
    }

    private static boolean asksForTime(JavaAccess<?> use) {
        AccessTarget target = use.getTarget();
        return TIME.getOrDefault(target.getOwner().getName(), Set.of()).contains(target.getName());
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    type, type.getPackageName() + " has no @NullMarked"));
                }
            }
        };
    }
}
