package dev.firesteel.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.lineage.ShuffleId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The first success of a partition counts, and only that. */
class AccumulatorLedgerTest {
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 1);
  private final AccumulatorLedger ledger = new AccumulatorLedger();

  @Test
  void aMapTaskCountsOnceInTheLifeOfItsShuffle() {
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, bytes(1), null);
    ledger.mapSucceeded(SHUFFLE, 0, 2, 5, bytes(2), null);
    ledger.mapSucceeded(SHUFFLE, 1, 2, 5, bytes(3), null);
    assertThat(ledger.take(1)).containsExactly(bytes(1));
    assertThat(ledger.take(2)).containsExactly(bytes(3));
  }

  @Test
  void aResultTaskCountsOnceInItsJob() {
    ledger.resultSucceeded(1, 0, 0, bytes(1), null);
    ledger.resultSucceeded(1, 0, 0, bytes(2), null);
    ledger.resultSucceeded(2, 0, 0, bytes(3), null);
    assertThat(ledger.take(1)).containsExactly(bytes(1));
    assertThat(ledger.take(2)).containsExactly(bytes(3));
  }

  @Test
  void aFirstSuccessWithoutUpdatesCountsToo() {
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, null, null);
    ledger.mapSucceeded(SHUFFLE, 0, 1, 0, bytes(2), null);
    assertThat(ledger.take(1)).isEmpty();
  }

  @Test
  void updatesAreTakenOnce() {
    ledger.resultSucceeded(1, 0, 0, bytes(1), null);
    ledger.take(1);
    assertThat(ledger.take(1)).isEmpty();
  }

  @Test
  void resultsThatAreTakenBackCountAgainAndTellTheFilesThatNobodyReads() {
    Path first = Path.of("/accumulators_7");
    assertThat(ledger.mapSucceeded(SHUFFLE, 0, 1, 4, bytes(1), null)).isTrue();
    assertThat(ledger.resultSucceeded(1, 3, 0, bytes(2), first)).isTrue();
    assertThat(ledger.resultSucceeded(1, 3, 0, bytes(3), Path.of("/accumulators_8"))).isFalse();
    assertThat(ledger.takeBack(1, 3)).containsExactly(first);
    assertThat(ledger.resultSucceeded(1, 3, 0, bytes(4), null)).isTrue();
    assertThat(ledger.take(1)).containsExactly(bytes(4), bytes(1));
  }

  private static byte[] bytes(int number) {
    return new byte[] {(byte) number};
  }
}
