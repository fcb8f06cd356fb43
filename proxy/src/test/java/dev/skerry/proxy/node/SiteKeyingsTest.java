package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether what is stored of a site was keyed as it is now, over restarts. */
final class SiteKeyingsTest {
    private static final String RULES =
            "rules:\n  - match: {path: [/a/**, /b], method: [GET, HEAD, OPTIONS], country: [DE, AT],"
                    + " header: {X-A: [\"1*\", \"2\"]}}\n    cache: {query: [v, w]}\n";

    @TempDir private Path state;

    @Test
    void aSiteIsUnchangedAfterARestartUntilItsKeysAreMadeOtherwise() throws Exception {
        Site site = site("shop", RULES);
        SiteKeyings first = open();
        assertEquals(Set.of("shop"), first.changed(List.of(site)), "never heard of");
        first.keep(List.of(site));
        assertEquals(Set.of(), first.changed(List.of(site)));
        assertEquals(Set.of(), open().changed(List.of(site("shop", RULES))));
        for (String other :
                List.of(
                        "",
                        RULES.replace("/b", "/c"),
                        RULES.replace("[/a/**, /b]", "[/b, /a/**]"),
                        RULES.replace("HEAD, ", ""),
                        RULES.replace("DE", "FR"),
                        RULES.replace("X-A", "X-B"),
                        RULES.replace("\"2\"", "\"3\""),
                        RULES.replace("v, w", "v"),
                        RULES + "defaults: {query: [x]}\n")) {
            assertEquals(Set.of("shop"), open().changed(List.of(site("shop", other))), other);
        }
    }

    @Test
    void whatDoesNotShapeKeysChangesNothing() throws Exception {
        SiteKeyings first = open();
        first.keep(List.of(site("shop", RULES)));
        String reordered = RULES.replace("GET, HEAD, OPTIONS", "OPTIONS, GET, HEAD");
        assertEquals(
                Set.of(),
                open().changed(
                                List.of(
                                        site(
                                                "shop",
                                                reordered.replace(
                                                        "{query:", "{ttl: 1d, query:")))));
    }

    @Test
    void aSiteThatIsGoneIsChangedOnce() throws Exception {
        SiteKeyings first = open();
        first.keep(List.of(site("a", ""), site("b", "")));
        SiteKeyings second = open();
        assertEquals(Set.of("b"), second.changed(List.of(site("a", ""))));
        second.keep(List.of(site("a", "")));
        assertEquals(Set.of(), open().changed(List.of(site("a", ""))));
    }

    @Test
    void aCrashBeforeTheEndOfAChangeFindsItChangedStill() throws Exception {
        SiteKeyings first = open();
        first.keep(List.of(site("a", ""), site("b", "")));
        first.forget(Set.of("b"));
        assertEquals(Set.of("b"), open().changed(List.of(site("a", ""), site("b", ""))));
    }

    @Test
    void aDamagedFileMakesEverySiteChanged() throws Exception {
        open().keep(List.of(site("a", "")));
        Path file = state.resolve("keyings");
        Files.writeString(file, Files.readString(file).replaceFirst("a ", "b "));
        assertEquals(Set.of("a"), open().changed(List.of(site("a", ""))));
    }

    @Test
    void anotherOriginIsAnotherSiteOnlyWhereNobodyNamesSites() throws Exception {
        Site one = site("default", "");
        Site other = site("default", "", "http://127.0.0.1:2");
        open().keep(List.of(one));
        assertEquals(Set.of(), open().changed(List.of(other)));
        SiteKeyings unnamed = SiteKeyings.open(state, true);
        unnamed.keep(List.of(one));
        assertEquals(Set.of(), SiteKeyings.open(state, true).changed(List.of(one)));
        assertEquals(Set.of("default"), SiteKeyings.open(state, true).changed(List.of(other)));
    }

    @Test
    void withoutAStateDirectoryASiteThatIsNotKnownHasNothingStored() throws Exception {
        SiteKeyings keyings = SiteKeyings.ofThisProcess();
        assertEquals(Set.of(), keyings.changed(List.of(site("a", ""))));
        keyings.keep(List.of(site("a", "")));
        assertEquals(Set.of("a"), keyings.changed(List.of(site("a", RULES))));
    }

    private SiteKeyings open() throws IOException {
        return SiteKeyings.open(state, false);
    }

    private static Site site(String name, String more) {
        return site(name, more, "http://127.0.0.1:1");
    }

    private static Site site(String name, String more, String origin) {
        String text =
                "site: %s\nhosts: [%s.example]\norigins:\n  - url: %s\n%s"
                        .formatted(name, name, origin, more);
        var loaded = ConfigLoader.parse(name, text.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(), loaded.problems());
        return loaded.sites().getFirst();
    }
}
