import Myelin
import Testing

/// Caches in a compiled step, which writes them in place.
struct KeyValueCacheTests {
  /// A step that appends one token, the same numbers everywhere.
  private static let append = compile { (cache: inout KeyValueCache, x: Tensor) -> Tensor in
    cache.append(x, x * 2)
    return x.sum()
  }

  private static func token(_ number: Double) -> Tensor { .full([2, 3, 1, 4], number) }

  private static func keys(_ cache: KeyValueCache) -> [Float] {
    cache.keys[1, 2, .all, 3].scalars(as: Float.self)
  }

  @Test func holdsWhatWasAppended() {
    var cache = KeyValueCache(batch: 2, heads: 3, capacity: 4, size: 4)
    for number in 1...3 { _ = Self.append(&cache, Self.token(Double(number))) }
    #expect(Self.keys(cache) == [1, 2, 3, 0])
    #expect(cache.values[0, 0, .all, 0].scalars(as: Float.self) == [2, 4, 6, 0])
    #expect(cache.position.value == 3)
  }

  @Test func copyStaysAsItWas() {
    var cache = KeyValueCache(batch: 2, heads: 3, capacity: 4, size: 4)
    for number in 1...2 { _ = Self.append(&cache, Self.token(Double(number))) }
    let copy = cache
    _ = Self.append(&cache, Self.token(9))
    #expect(Self.keys(copy) == [1, 2, 0, 0])
    #expect(Self.keys(cache) == [1, 2, 9, 0])
    cache.position = 1
    _ = Self.append(&cache, Self.token(7))
    #expect(Self.keys(cache) == [1, 7, 9, 0])
  }

  @Test func keepsNothingBeyondItsRoom() {
    var cache = KeyValueCache(batch: 2, heads: 3, capacity: 2, size: 4)
    for number in 1...4 { _ = Self.append(&cache, Self.token(Double(number))) }
    #expect(Self.keys(cache) == [1, 2])
    #expect(cache.position.value == 4)
  }
}
