import Synchronization

/// What becomes of an example that cannot be read.
public enum FailurePolicy: Sendable, Hashable {
  /// Its batch is not delivered: its error is thrown in the batch's place.
  case stop
  /// It is left out of its batch and counted; without padding so is one that has another shape or
  /// element type than most of its batch. A batch of which nothing is left, or one more broken
  /// example than `upTo` different ones, throws all the same; of a batch that becomes too small see
  /// `Loader.smallestBatch`. A run that goes on later counts anew.
  case skip(upTo: Int = 1000)
}

/// The examples that a loader has left out so far.
public final class SkippedExamples: Sendable {
  private let errors = Mutex<[Int: DatasetError]>([:])

  /// How many different examples were left out.
  public var count: Int { errors.withLock { $0.count } }

  /// Which ones, by their places, and why.
  public var reasons: [Int: DatasetError] { errors.withLock { $0 } }

  /// Counts an example; how many there are now.
  func add(_ place: Int, _ error: DatasetError) -> Int {
    errors.withLock {
      $0[place] = error
      return $0.count
    }
  }
}
