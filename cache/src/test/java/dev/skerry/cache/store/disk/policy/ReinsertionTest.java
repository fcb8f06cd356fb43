package dev.skerry.cache.store.disk.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReinsertionTest {
    private static final int SITE = 7;

    private final SiteShares shares = new SiteShares();
    private final Reinsertion reinsertion = new Reinsertion(shares);

    @Test
    void whatWasUsedTwiceIsKept() {
        reinsertion.begin(1000);
        assertFalse(reinsertion.keeps(SITE, 10, 0));
        assertFalse(reinsertion.keeps(SITE, 10, 1));
        assertTrue(reinsertion.keeps(SITE, 10, 2));
        assertTrue(reinsertion.keeps(SITE, 10, 7));
    }

    /** Three quarters of 1000 are kept; the one that goes past that is the last. */
    @Test
    void aPartOfASegmentIsKeptAtMost() {
        reinsertion.begin(1000);
        assertTrue(reinsertion.keeps(SITE, 749, 7));
        assertTrue(reinsertion.keeps(SITE, 5000, 7));
        assertFalse(reinsertion.keeps(SITE, 1, 7));
    }

    @Test
    void whereTooMuchIsWantedTheNextSegmentHasToShowMoreUses() {
        reinsertion.begin(1000);
        assertEquals(2, bar());
        for (int bar = 3; bar <= 7; bar++) {
            after(751);
            assertEquals(bar, bar());
        }
        after(1000);
        assertEquals(7, bar());
        for (int bar = 6; bar >= 2; bar--) {
            after(499);
            assertEquals(bar, bar());
        }
        after(0);
        assertEquals(2, bar());
    }

    @Test
    void betweenHalfAndThreeQuartersTheBarStays() {
        reinsertion.begin(1000);
        after(751);
        assertEquals(3, bar());
        after(500);
        assertEquals(3, bar());
        after(750);
        assertEquals(3, bar());
    }

    @Test
    void aSiteAboveItsCapKeepsNothing() {
        shares.set(Map.of(SITE, new SiteShare(0, 100)));
        reinsertion.begin(1000);
        shares.added(1, SITE, 100);
        assertTrue(reinsertion.keeps(SITE, 10, 2));
        shares.added(1, SITE, 1);
        assertFalse(reinsertion.keeps(SITE, 10, 7));
    }

    @Test
    void aSiteThatWouldFallBelowItsFloorKeepsWhatNobodyUsed() {
        shares.set(Map.of(SITE, new SiteShare(100, 1000)));
        reinsertion.begin(1000);
        shares.added(1, SITE, 110);
        assertFalse(reinsertion.keeps(SITE, 10, 0));
        assertTrue(reinsertion.keeps(SITE, 11, 0));
    }

    /** Seven eighths of 1000 are kept for floors, whatever is used; the rest has to go. */
    @Test
    void whatASiteIsSureOfGoesBeforeWhatIsUsed() {
        shares.set(Map.of(SITE, new SiteShare(10_000, 10_000)));
        reinsertion.begin(1000);
        assertTrue(reinsertion.keeps(SITE + 1, 750, 7));
        assertFalse(reinsertion.keeps(SITE + 1, 1, 7));
        assertTrue(reinsertion.keeps(SITE, 124, 0));
        assertTrue(reinsertion.keeps(SITE, 1, 0));
        assertFalse(reinsertion.keeps(SITE, 1, 0));
    }

    @Test
    void aShareOfADiskIsItsPartOfAllDisks() {
        assertEquals(new SiteShare(25, 50), new SiteShare(100, 200).of(0.25));
        assertEquals(
                new SiteShare(25, Long.MAX_VALUE), new SiteShare(100, Long.MAX_VALUE).of(0.25));
        assertEquals(SiteShare.ANY, SiteShare.ANY.of(0.5));
    }

    @Test
    void sitesThatAreCountedAsOneHaveWhatBothHave() {
        assertEquals(new SiteShare(11, 22), new SiteShare(1, 2).and(new SiteShare(10, 20)));
        assertEquals(new SiteShare(1, Long.MAX_VALUE), new SiteShare(1, 2).and(SiteShare.ANY));
        assertEquals(new SiteShare(1, Long.MAX_VALUE), SiteShare.ANY.and(new SiteShare(1, 2)));
    }

    @Test
    void aFloorAboveTheCapIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SiteShare(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new SiteShare(-1, 1));
        assertEquals(new SiteShare(0, Long.MAX_VALUE), SiteShare.ANY);
    }

    /** The next segment, when so many bytes of this one were wanted. */
    private void after(long wanted) {
        reinsertion.keeps(SITE, wanted, 7);
        reinsertion.begin(1000);
    }

    /** The fewest uses that keep a response now. */
    private int bar() {
        int uses = 0;
        while (!reinsertion.keeps(SITE, 0, uses)) {
            uses++;
        }
        return uses;
    }
}
