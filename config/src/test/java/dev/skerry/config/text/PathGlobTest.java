package dev.skerry.config.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PathGlobTest {
    @Test
    void aPathWithoutWildcardsMatchesItselfOnly() {
        assertTrue(matches("/a/b", "/a/b"));
        assertFalse(matches("/a/b", "/a/b/"));
        assertFalse(matches("/a/b", "/a/"));
        assertFalse(matches("/a/b", "/A/b"));
    }

    @Test
    void oneStarStaysInItsSegmentAndTwoDoNot() {
        assertTrue(matches("/a/*.js", "/a/x.js"));
        assertTrue(matches("/a/*.js", "/a/.js"));
        assertFalse(matches("/a/*.js", "/a/b/x.js"));
        assertTrue(matches("/a/**.js", "/a/b/x.js"));
        assertTrue(matches("/a/**", "/a/"));
        assertFalse(matches("/a/**", "/a"));
        assertTrue(matches("/**/x", "/a/b/x"));
        assertFalse(matches("/**/x", "/x"));
        assertTrue(matches("**", "/"));
    }

    @Test
    void aQuestionMarkIsOneCharacterButNoSlash() {
        assertTrue(matches("/a?c", "/abc"));
        assertFalse(matches("/a?c", "/a/c"));
        assertFalse(matches("/a?c", "/ac"));
    }

    @Test
    void prefixAndSuffixDoNotOverlap() {
        assertFalse(matches("/ab**ba", "/aba"));
        assertTrue(matches("/ab**ba", "/abba"));
    }

    @Test
    void theQueryIsNotPartOfThePath() {
        assertTrue(PathGlob.of("/a/*").matches("/a/b?c/d", 4));
        assertFalse(PathGlob.of("/a/b").matches("/a?/b", 2));
    }

    @Test
    void percentEncodingIsMadeUniformOnBothSides() {
        assertTrue(PathGlob.of("/admin/**").matches(canonical("/%61dmin/x")));
        assertTrue(PathGlob.of("/%61dmin").matches(canonical("/admin")));
        assertTrue(PathGlob.of("/ä b").matches(canonical("/%c3%a4%20b")));
        assertTrue(PathGlob.of("/a@b").matches(canonical("/a%40b")));
        assertFalse(PathGlob.of("/a/b").matches(canonical("/a%2Fb")));
        assertTrue(PathGlob.of("/a%2fb").matches(canonical("/a%2Fb")));
        assertNull(CanonicalPath.of("/plain/path;v=1", 15));
        assertEquals("/%", canonical("/%").substring(0, 2));
    }

    @Test
    void theRestIsWhatTheFirstDoubleStarMatchedAsMuchAsItCan() {
        assertEquals("b/c", PathGlob.of("/old/**").rest("/old/b/c"));
        assertEquals("", PathGlob.of("/old/**").rest("/old/"));
        assertEquals("", PathGlob.of("/old/**").rest("/new/x"));
        assertEquals("b/c", PathGlob.of("/*/x/**.html").rest("/a/x/b/c.html"));
        assertEquals("a/b-c", PathGlob.of("/**-*").rest("/a/b-c-d"));
        assertEquals("a/b", PathGlob.of("/**/x/**").rest("/a/b/x/c"));
        assertEquals("", PathGlob.of("/old/*").rest("/old/b"));
        assertFalse(PathGlob.of("/old/*").hasRest());
    }

    @Test
    void wrongPatternsSayWhatIsWrong() {
        for (String pattern : new String[] {"a/b", "", "*/a", "/a#b", "/a?b=c"}) {
            assertThrows(IllegalArgumentException.class, () -> PathGlob.of(pattern), pattern);
        }
        // From the first wildcard to the last: 62 places, and one more.
        PathGlob.of("/" + "*" + "x".repeat(60) + "*");
        assertThrows(
                IllegalArgumentException.class,
                () -> PathGlob.of("/" + "*" + "x".repeat(61) + "*"));
    }

    @Test
    void aHostilePathCostsOneStepACharacter() {
        // A backtracking matcher would need about 16,384² / 2 steps for each of these.
        PathGlob glob = PathGlob.of("/**-*-*.js");
        String path = "/" + "-".repeat(16_383);
        for (int i = 0; i < 500; i++) {
            assertFalse(glob.matches(path));
        }
    }

    @Test
    void theAutomatonAgreesWithARegularExpression() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            String pattern = "/" + text(random, "ab/*?*", 7);
            String path = "/" + text(random, "ab/", 8);
            Pattern reference = reference(pattern);
            boolean expected = reference.matcher(path).matches();
            assertEquals(expected, matches(pattern, path), pattern + " on " + path);
        }
    }

    @Test
    void textPatternsMatchWholeValues() {
        assertTrue(TextGlob.of("image/*").matches("image/png"));
        assertFalse(TextGlob.of("image/*").matches("x image/png"));
        assertTrue(TextGlob.of("*session=*").matches("a=b; session=1"));
        assertTrue(TextGlob.of("a?c").matches("a/c"));
        assertTrue(TextGlob.of("a\\*c").matches("a*c"));
        assertFalse(TextGlob.of("a\\*c").matches("abc"));
        // The value is one char a byte.
        assertTrue(TextGlob.of("ä*").matches("\u00c3\u00a4x"));
        assertTrue(TextGlob.of("").matches(""));
        assertFalse(TextGlob.of("").matches("x"));
        TextGlob.of("*" + "x".repeat(61));
        assertThrows(IllegalArgumentException.class, () -> TextGlob.of("*" + "x".repeat(62)));
    }

    private static boolean matches(String pattern, String path) {
        return PathGlob.of(pattern).matches(path);
    }

    private static String canonical(String path) {
        String canonical = CanonicalPath.of(path, path.length());
        return canonical == null ? path : canonical;
    }

    private static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(length); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static Pattern reference(String glob) {
        String regex =
                glob.replaceAll("\\*{2,}", "A")
                        .replace("*", "[^/]*")
                        .replace("?", "[^/]")
                        .replace("A", ".*");
        return Pattern.compile(regex);
    }
}
