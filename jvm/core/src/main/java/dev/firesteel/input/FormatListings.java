package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.InputFormat.Listing;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lists inputs by their formats. It reads directories, so it is not for the scheduler's thread. */
public final class FormatListings implements InputListings {
  private final InputFormats formats;
  private final Supplier<ClassLoader> loader;
  private final long largest;
  private final AtomicLong nextId = new AtomicLong(1);
  private final Map<Long, Listing> listings = new ConcurrentHashMap<>();

  /**
   * Has listed nothing.
   *
   * @param loader where the application's classes are found now
   * @param largest the most bytes in a split that could be smaller
   */
  public FormatListings(InputFormats formats, Supplier<ClassLoader> loader, long largest) {
    this.formats = requireNonNull(formats, "formats is null");
    this.loader = requireNonNull(loader, "loader is null");
    this.largest = largest;
  }

  @Override
  public List<Split> list(
      String format,
      List<String> paths,
      @Nullable String directory,
      int minPartitions,
      Map<String, String> options)
      throws IOException {
    return formats
        .find(format, loader.get())
        .splits(new InputFormat.Wanted(paths, directory, minPartitions, largest, options));
  }

  @Override
  public Listing remember(List<Split> splits) {
    Listing listing = new Listing(nextId.getAndIncrement(), splits);
    listings.put(listing.id(), listing);
    return listing;
  }

  @Override
  public Optional<Listing> find(long id) {
    return Optional.ofNullable(listings.get(id));
  }

  @Override
  public void forget(Collection<Long> ids) {
    listings.keySet().removeAll(ids);
  }
}
