package dev.skerry.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.DiskShare;
import dev.skerry.config.DiskShare.Part;
import dev.skerry.config.DiskShare.Size;
import dev.skerry.config.text.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskKeysTest {
    @Test
    void aShareIsPercentOrASize() {
        assertEquals(
                new DiskShare(new Part(500), new Part(2000)),
                share("{at-least: 5%, at-most: 20%}"));
        assertEquals(
                new DiskShare(new Part(1), new Part(10_000)),
                share("{at-least: 0.01%, at-most: 100%}"));
        assertEquals(
                new DiskShare(new Part(750), new Size(50L << 30)),
                share("{at-least: 7.5%, at-most: 50g}"));
        assertEquals(new DiskShare(new Part(0), new Size(0)), share("{at-most: 0}"));
        assertEquals(DiskShare.ANY, share("{}"));
        Loaded without = load(site("s", ""));
        assertEquals(DiskShare.ANY, without.sites().getFirst().disk());
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.01%", "101%", "999999%"})
    void moreThanEverythingIsOutOfRange(String share) {
        assertEquals(
                List.of("f.yaml:4: disk.at-most: '" + share + "' is out of range: 0% to 100%"),
                problems(site("s", "disk: {at-most: " + share + "}\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 %", "-1%", "5.001%", ".5%", "5.%", "half", "5x", "%"})
    void whatIsNeitherShareNorSizeIsRefused(String share) {
        List<String> found = problems(site("s", "disk:\n  at-least: '" + share + "'\n"));
        assertEquals(
                List.of(
                        "f.yaml:5: disk.at-least: '"
                                + share
                                + "' is neither a share such as 7.5% nor a size such as 4096, 64k,"
                                + " 512m or 2g"),
                found);
    }

    @Test
    void atLeastIsNoMoreThanAtMost() {
        assertTrue(load(site("s", "disk: {at-least: 20%, at-most: 20%}\n")).isValid());
        assertEquals(
                List.of("f.yaml:5: disk.at-least: '20.01%' is more than at-most, '20%'"),
                problems(site("s", "disk:\n  at-least: 20.01%\n  at-most: 20%\n")));
        assertTrue(load(site("s", "disk: {at-least: 1g, at-most: 1g}\n")).isValid());
        assertEquals(
                List.of("f.yaml:4: disk.at-least: '1073741825' is more than at-most, '1g'"),
                problems(site("s", "disk: {at-least: 1073741825, at-most: 1g}\n")));
        assertTrue(load(site("s", "disk: {at-least: 1g, at-most: 1%}\n")).isValid());
    }

    @Test
    void allSitesTogetherAreSureOfThreeQuarters() {
        String two =
                site("a", "disk: {at-least: 50%}\n")
                        + "---\n"
                        + site("b", "disk: {at-least: 25%}\n");
        assertTrue(load(two).isValid());
        assertEquals(
                List.of(
                        "f.yaml:14: disk.at-least: comes to 75.01% with the sites before: all"
                                + " together can be sure of 75%"),
                problems(two + "---\n" + site("c", "disk: {at-least: 0.01%}\n")));
        assertTrue(load(two + "---\n" + site("c", "disk: {at-least: 1g}\n")).isValid());
        assertEquals(1, problems(site("a", "disk: {at-least: 75.01%}\n")).size());
    }

    @Test
    void aMisspeltShareIsNamed() {
        assertEquals(
                List.of("f.yaml:4: disk.at-leat: unknown key; did you mean 'at-least'?"),
                problems(site("s", "disk: {at-leat: 5%}\n")));
    }

    @Test
    void amountsAreOfTheDisksThereAre() {
        assertEquals(1, new Part(1).of(10_000));
        assertEquals(0, new Part(1).of(9_999));
        assertEquals(Long.MAX_VALUE, new Part(10_000).of(Long.MAX_VALUE));
        assertEquals(100, new Size(101).of(100));
        assertEquals(100, new Size(100).of(101));
        DiskShare mixed = new DiskShare(new Size(500), new Part(1000));
        assertEquals(100, mixed.floor(1000));
        assertEquals(100, mixed.cap(1000));
        assertEquals(500, mixed.floor(10_000));
        assertEquals(0, DiskShare.ANY.floor(1000));
        assertEquals(Long.MAX_VALUE, DiskShare.ANY.cap(1000));
    }

    private static DiskShare share(String disk) {
        Loaded loaded = load(site("s", "disk: " + disk + "\n"));
        assertTrue(loaded.isValid(), () -> loaded.problems().toString());
        return loaded.sites().getFirst().disk();
    }

    private static String site(String name, String rest) {
        return "site: %1$s\nhosts: [%1$s.example]\norigins: [{url: 'http://o'}]\n".formatted(name)
                + rest;
    }

    private static List<String> problems(String yaml) {
        return load(yaml).problems().stream().map(Problem::toString).toList();
    }

    private static Loaded load(String yaml) {
        return ConfigLoader.parse("f.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }
}
