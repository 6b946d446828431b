import Arrays

/// Which examples the batches of one epoch have, and what is random about them.
struct EpochPlan: Sendable {
  let seed: UInt64
  let epoch: Int
  /// The places in their order.
  let places: [Int]
  /// How often each of `places` stood before in the epoch; empty where none does twice.
  let occurrences: [Int]
  let batchSize: Int
  let batchCount: Int

  /// The indices of a batch in `places`.
  func range(_ batch: Int) -> Range<Int> {
    batch * batchSize..<min((batch + 1) * batchSize, places.count)
  }

  /// What the transforms of the example at an index of `places` draw from.
  func random(at index: Int) -> RandomScalars {
    RandomScalars(
      seed: seed, use: .example, epoch: epoch, place: places[index],
      occurrence: occurrences.isEmpty ? 0 : occurrences[index])
  }

  /// What the transform of a whole batch draws from.
  func random(ofBatch number: Int) -> RandomScalars {
    RandomScalars(seed: seed, use: .batch, epoch: epoch, place: number)
  }
}

/// How the batches of an epoch are made of single examples. Which thread does a part, and when,
/// never shows in the result.
struct EpochWork: Sendable {
  /// Makes the sample of a place.
  typealias Making = @Sendable (Int, inout RandomScalars) throws(DatasetError) -> Sample
  /// Changes a batch as a whole.
  typealias BatchTransform = any Transform<SampleBatch, SampleBatch>

  /// A batch, or why there is none, and what was left out of it.
  struct Outcome: Sendable {
    var batch: Result<SampleBatch, DatasetError>
    var skipped: [(place: Int, error: DatasetError)] = []
  }

  let plan: EpochPlan
  let padding: LengthPadding?
  let skips: Bool
  /// How many examples a batch has at least, where it was to have as many.
  let smallestBatch: Int
  let make: Making
  let batchTransform: BatchTransform?

  /// Makes some of the samples of a batch.
  func samples(_ range: Range<Int>) -> [Result<Sample, DatasetError>] {
    range.map { index in
      var random = plan.random(at: index)
      do throws(DatasetError) {
        return .success(try make(plan.places[index], &random))
      } catch {
        return .failure(error)
      }
    }
  }

  /// The results with samples that are unlike most of the batch as failures.
  private static func alike(
    _ results: [Result<Sample, DatasetError>]
  ) -> [Result<Sample, DatasetError>] {
    guard let usual = SampleForm.usual(of: results.compactMap { try? $0.get() }) else {
      return results
    }
    return results.map { result in
      result.flatMap { sample in
        let form = SampleForm(sample)
        if form == usual { return .success(sample) }
        return .failure(
          DatasetError(
            .mismatchedExamples, file: "a batch", found: "\(form)",
            expected: "\(usual), as most of it"))
      }
    }
  }

  /// Samples of other batches, the first of the epoch that can be read, in the place of what was left
  /// out of a batch. Unlike a batch that is left out or joined to the next one, they change nothing in
  /// how batches are counted.
  private func borrowed(_ count: Int, like form: SampleForm?, besides batch: Int) -> [Sample] {
    var samples: [Sample] = []
    let own = plan.range(batch)
    for index in plan.places.indices where !own.contains(index) {
      var random = plan.random(at: index)
      guard let sample = try? make(plan.places[index], &random),
        padding != nil || form == nil || SampleForm(sample) == form
      else { continue }
      samples.append(sample)
      if samples.count == count { break }
    }
    return samples
  }

  /// Puts the samples of a batch together.
  func assemble(_ batch: Int, _ results: [Result<Sample, DatasetError>]) -> Outcome {
    var samples: [Sample] = []
    samples.reserveCapacity(results.count)
    var skipped: [(place: Int, error: DatasetError)] = []
    let results = skips && padding == nil ? EpochWork.alike(results) : results
    for (index, result) in zip(plan.range(batch), results) {
      switch result {
      case .success(let sample): samples.append(sample)
      case .failure(let error): skipped.append((plan.places[index], error))
      }
    }
    if let broken = skipped.first, !skips || samples.isEmpty {
      return Outcome(batch: .failure(broken.error), skipped: skips ? skipped : [])
    }
    let wanted = min(smallestBatch, results.count)
    if samples.count < wanted {
      let form = SampleForm.usual(of: samples)
      samples += borrowed(wanted - samples.count, like: form, besides: batch)
    }
    if let broken = skipped.first, samples.count < wanted {
      return Outcome(batch: .failure(broken.error), skipped: skipped)
    }
    do throws(DatasetError) {
      var whole = try SampleBatch(stacking: samples, padding: padding)
      if let batchTransform {
        var random = plan.random(ofBatch: batch)
        whole = try batchTransform(whole, using: &random)
      }
      return Outcome(batch: .success(whole), skipped: skipped)
    } catch {
      return Outcome(batch: .failure(error), skipped: skipped)
    }
  }
}
