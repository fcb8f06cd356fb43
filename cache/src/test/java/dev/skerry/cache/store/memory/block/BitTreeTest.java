package dev.skerry.cache.store.memory.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitTreeTest {
    @Test
    void leastMemberIsThatOfASetAtEverySizeAroundAWord() {
        for (int size : new int[] {1, 63, 64, 65, 4095, 4096, 4097, 300_000}) {
            BitTree tree = new BitTree(size);
            BitSet model = new BitSet();
            Random random = new Random(size);
            for (int step = 0; step < 2000; step++) {
                int member = random.nextInt(size);
                if (random.nextInt(3) > 0 && !model.isEmpty()) {
                    member = random.nextBoolean() ? model.nextSetBit(0) : member;
                    model.clear(member);
                    tree.remove(member);
                } else {
                    model.set(member);
                    tree.add(member);
                }
                assertEquals(model.nextSetBit(0), tree.least(), "size " + size);
                assertEquals(model.get(member), tree.contains(member));
            }
        }
    }
}
