package dev.firesteel.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Plain values survive the way to MessagePack and back; anything else is refused in words. */
class MsgpackTest {
  @Test
  void plainValuesComeBackAsTheyWere() {
    List<Object> values =
        Arrays.asList(
            null,
            true,
            0L,
            -1L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            1.5,
            "é",
            List.of(1L),
            Map.of("a", 2L));
    assertThat(Msgpack.unpack(Msgpack.pack(values))).isEqualTo(values);
    assertThat((byte[]) Msgpack.unpack(Msgpack.pack(new byte[] {1, 2}))).containsExactly(1, 2);
    BigInteger large = BigInteger.ONE.shiftLeft(63);
    assertThat(Msgpack.unpack(Msgpack.pack(large))).isEqualTo(large);
  }

  @Test
  void damageIsAProtocolException() {
    assertThatThrownBy(() -> Msgpack.unpack(new byte[] {(byte) 0x92, 1}))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> Msgpack.unpack(new byte[] {1, 1}))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("goes on after");
    byte[] deep = new byte[100_000];
    Arrays.fill(deep, (byte) 0x91);
    assertThatThrownBy(() -> Msgpack.unpack(deep)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void aFieldOfTheWrongTypeIsNamed() {
    Fields fields = Msgpack.unpackMap(Msgpack.pack(Map.of("job", "seven")));
    assertThatThrownBy(() -> fields.number("job"))
        .hasMessage("message.job should be a 64-bit integer, and is String seven");
    assertThatThrownBy(() -> fields.string("site"))
        .hasMessage("message.site should be a string, and is nothing");
  }
}
