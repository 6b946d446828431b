import Arrays
import Tensors

/// The keys and values of the tokens so far, so that generating a token computes those of the new one
/// only.
///
/// Room for `capacity` tokens is taken when the cache is made. The position is a `Number`: a compiled
/// step given the cache `inout` has one plan whatever the position.
///
///     var cache = attention.makeCache(batch: 1, capacity: 256)
///     let first = attention(prompt, cache: &cache)  // [1, prompt, width]
///     let next = attention(token, cache: &cache)  // [1, 1, width]
///
/// Going back is setting `position`: what lies behind it is not looked at and is written over. In a
/// compiled step the position is not known, so that what does not fit any more cannot stop the
/// program there and is not kept: compare `position.value` with `capacity` between steps.
public struct KeyValueCache: TensorTree {
  /// [batch, heads, capacity, size].
  @Buffer public var keys: Tensor
  /// [batch, heads, capacity, size of values].
  @Buffer public var values: Tensor
  /// How many tokens are held: the place of the next one.
  public var position: Number = 0

  /// An empty cache.
  public init(
    batch: Int, heads: Int, capacity: Int, size: Int, valueSize: Int? = nil,
    _ dataType: DataType = .float32
  ) {
    let valueSize = valueSize ?? size
    if batch < 1 || heads < 1 || capacity < 1 || size < 1 || valueSize < 1 {
      stop(
        "KeyValueCache: \(batch) sequences, \(heads) heads, \(capacity) tokens of \(size) and "
          + "\(valueSize) numbers; all must be positive")
    }
    keys = .zeros([batch, heads, capacity, size], dataType)
    values = .zeros([batch, heads, capacity, valueSize], dataType)
  }

  /// How many tokens there is room for.
  public var capacity: Int { keys.shape[2] }

  /// Adds the keys and values of new tokens, [batch, heads, new, size].
  public mutating func append(_ newKeys: Tensor, _ newValues: Tensor) {
    require(newKeys, keys, "keys")
    require(newValues, values, "values")
    let count = newKeys.shape[2]
    if newValues.shape[2] != count {
      stop(
        "KeyValueCache: \(count) new keys and \(newValues.shape[2]) values; each needs the other")
    }
    if count > capacity || position.isKnown && Int(position.value) + count > capacity {
      let held = position.isKnown ? "\(Int(position.value)) tokens" : "some tokens"
      stop("KeyValueCache: \(count) new tokens do not fit beside \(held) into \(capacity)")
    }
    keys = written(newKeys, into: keys)
    values = written(newValues, into: values)
    position = position + Number(Double(count))
  }

  private func require(_ new: Tensor, _ held: Tensor, _ role: String) {
    let fits =
      new.rank == 4 && new.dataType == held.dataType
      && [0, 1, 3].allSatisfy { new.shape[$0] == held.shape[$0] }
    if !fits {
      let shape = held.shape
      stop(
        "KeyValueCache: new \(role) are \(new.dataType) \(new.shape), where \(held.dataType) "
          + "[\(shape[0]), \(shape[1]), new, \(shape[3])] is expected")
    }
  }

  private func written(_ new: Tensor, into held: Tensor) -> Tensor {
    let count = new.shape[2]
    if position.isKnown {
      let start = Int(position.value)
      var held = held
      held[.all, .all, start..<start + count] = new
      return held
    }
    let start = position.tensor(.int64)
    if count > 1 {
      return held.replacing(new, at: Tensor.range(0..<count) + start, along: 2)
    }
    if new.node != nil || held.node != nil {
      let isNew = (Tensor.range(0..<capacity) .== start).reshaped(to: [capacity, 1])
      return `where`(isNew, new, held)
    }
    // A full cache keeps its last token: that one is written in its own place.
    let place = minimum(start, Tensor(capacity - 1)).unsqueezed(0)
    let row = `where`(start .< Double(capacity), new, held.take(place, along: 2))
    return held.overwritten(with: row, at: place, along: 2)
  }

  /// What the newest `count` tokens may look at: the tokens so far, causally; in a compiled step, which
  /// does not know how many they are, all that there is room for and a mask.
  package func visible(
    to count: Int, window: Int? = nil, keyMask: Tensor? = nil
  ) -> (keys: Tensor, values: Tensor, mask: Tensor?) {
    if let keyMask, keyMask.dataType != .bool || keyMask.shape != [keys.shape[0], capacity] {
      stop(
        "KeyValueCache: keyMask is \(keyMask.dataType) \(keyMask.shape), where bool "
          + "\([keys.shape[0], capacity]) is expected")
    }
    let seen = keyMask?.unsqueezed(1).unsqueezed(1)
    if position.isKnown {
      let end = Int(position.value)
      return (
        keys.prefix(end, along: 2), values.prefix(end, along: 2), seen?.prefix(end, along: -1)
      )
    }
    let places =
      (Tensor.range(0..<count) + (position.tensor(.int64) - Double(count))).unsqueezed(1)
    let columns = Tensor.range(0..<capacity)
    var mask = columns .<= places
    if let window { mask = mask && columns .> places - Double(window) }
    return (keys, values, seen.map { $0 && mask } ?? mask)
  }
}

extension MultiHeadAttention {
  /// An empty cache for this layer.
  public func makeCache(
    batch: Int, capacity: Int, _ dataType: DataType = .float32
  ) -> KeyValueCache {
    KeyValueCache(batch: batch, heads: keyHeads, capacity: capacity, size: size, dataType)
  }
}
