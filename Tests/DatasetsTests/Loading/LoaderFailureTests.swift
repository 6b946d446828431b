import Arrays
import Datasets
import Glibc
import Synchronization
import Tensors
import Testing

@Suite struct LoaderFailureTests {
  @Test("an error comes out in the place of its batch", arguments: [0, 1, 3])
  func stops(workers: Int) throws {
    let dealt = loader(
      Numbers(count: 20, broken: [9, 11]), order: .sequential, workers: workers, prefetch: 5)
    let stream = dealt.batches(epoch: 0)
    #expect(try stream.next()?.count == 4)
    #expect(try stream.next()?.count == 4)
    let error = #expect(throws: DatasetError.self) { try stream.next() }
    #expect(
      error?.description == "9.png: truncated data: found 3 bytes, expected 7 bytes")
    #expect(try stream.next()?.targets.scalars(as: Int.self) == [12, 13, 14, 15])
  }

  @Test("broken examples are left out and counted", arguments: [0, 1, 3])
  func skips(workers: Int) throws {
    let dealt = loader(
      Numbers(count: 12, broken: [1, 9, 10]), order: .sequential, workers: workers,
      failures: .skip())
    #expect(try labels(dealt.batches(epoch: 0)) == [[0, 2, 3], [4, 5, 6, 7], [8, 11]])
    #expect(dealt.skipped.count == 3)
    #expect(try labels(dealt.batches(epoch: 1)).count == 3)
    #expect(dealt.skipped.count == 3)
    #expect(dealt.skipped.reasons[9]?.file == "9.png")
  }

  @Test("an example of another shape is left out where broken ones are", arguments: [0, 2])
  func skipsMisfits(workers: Int) throws {
    func dealt(_ failures: FailurePolicy) -> Loader {
      Loader(
        Numbers(count: 8), batchSize: 4, workers: workers, failures: failures
      ) { (number: Int, _: inout RandomScalars) throws(DatasetError) in
        Sample(Tensor.zeros([number == 4 ? 3 : 2]), label: number)
      }
    }
    let skipping = dealt(.skip())
    #expect(try labels(skipping.batches(epoch: 0)) == [[0, 1, 2, 3], [5, 6, 7]])
    #expect(skipping.skipped.reasons[4]?.reason == .mismatchedExamples)
    #expect(throws: DatasetError.self) { try labels(dealt(.stop).batches(epoch: 0)) }
  }

  @Test("a batch that became too small borrows from the beginning", arguments: [0, 2])
  func borrows(workers: Int) throws {
    let dealt = Loader(
      Numbers(count: 10, broken: [0, 9]), batchSize: 4, workers: workers, failures: .skip(),
      smallestBatch: 3
    ) { (number: Int, _: inout RandomScalars) throws(DatasetError) in
      Sample(Tensor(Float(number)), label: number)
    }
    // Of the last batch, which was to have two, one is left, and is joined by the first that is sound.
    #expect(try labels(dealt.batches(epoch: 0)) == [[1, 2, 3], [4, 5, 6, 7], [8, 1]])
    #expect(dealt.skipped.count == 2)
    #expect(try labels(dealt.batches(epoch: 0, from: 2)) == [[8, 1]])
  }

  @Test("what is borrowed has the form of its batch")
  func borrowsAlike() throws {
    let dealt = Loader(
      Numbers(count: 10, broken: [9]), batchSize: 4, failures: .skip(), smallestBatch: 2
    ) { (number: Int, _: inout RandomScalars) throws(DatasetError) in
      Sample(Tensor.zeros([number < 3 ? 3 : 2]), label: number)
    }
    #expect(try labels(dealt.batches(epoch: 0)) == [[0, 1, 2], [4, 5, 6, 7], [8, 3]])
  }

  @Test("a batch of which nothing is left throws, and so does one broken example too many")
  func skipsTooMany() throws {
    let empty = loader(
      Numbers(count: 8, broken: [4, 5, 6, 7]), order: .sequential, failures: .skip())
    let stream = empty.batches(epoch: 0)
    #expect(try stream.next()?.count == 4)
    #expect(throws: DatasetError.self) { try stream.next() }

    let many = loader(
      Numbers(count: 12, broken: [1, 5, 9]), order: .sequential, workers: 3,
      failures: .skip(upTo: 2))
    let rest = many.batches(epoch: 0)
    #expect(try rest.next()?.count == 3)
    #expect(try rest.next()?.count == 3)
    let error = #expect(throws: DatasetError.self) { try rest.next() }
    #expect(error?.file == "9.png")
  }

  @Test("an example that a transform cannot change is named by its place")
  func unsuited() throws {
    let images = ArrayDataset([
      Labelled(
        Image(height: 8, width: 8, channels: 1, pixels: Array(repeating: 0, count: 64)), label: 0),
      Labelled(Image(height: 2, width: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6]), label: 1),
    ])
    let stream = Loader(images, batchSize: 2, transform: RandomCrop(4).then(ToTensor()))
      .batches(epoch: 0)
    let error = #expect(throws: DatasetError.self) { try stream.next() }
    #expect(
      error?.description == """
        example 1, RandomCrop: unsuited example: found a picture of 2×3 with 0 pixels around it, \
        expected at least 4×4
        """)
  }

  @Test("examples of different shapes are named")
  func mismatch() throws {
    let stream = Loader(ArrayDataset([2, 3]), batchSize: 2) {
      (length: Int, _: inout RandomScalars) throws(DatasetError) in
      Sample(.zeros([length]), label: 0)
    }.batches(epoch: 0)
    let error = #expect(throws: DatasetError.self) { try stream.next() }
    #expect(
      error?.description == """
        a batch: examples that do not fit together: found float32 [3] as input 1, expected \
        float32 [2] as input 0 has
        """)
  }

  @Test("no more is read ahead than was allowed")
  func bounded() throws {
    let most = Atomic(0)
    let dealt = loader(
      Numbers(count: 400) { place in
        most.wrappingAdd(1, ordering: .relaxed)
      }, order: .sequential, workers: 3, prefetch: 3)
    let stream = dealt.batches(epoch: 0)
    for taken in 1...50 {
      _ = try stream.next()
      #expect(most.load(ordering: .relaxed) <= (taken + 3) * 4)
    }
  }

  @Test("who goes away leaves no thread behind")
  func cancels() throws {
    let readings = Atomic(0)
    final class Witness: Sendable {}
    weak var witness: Witness?
    do {
      let held = Witness()
      witness = held
      let dealt = loader(
        Numbers(count: 100_000) { [held] _ in
          _ = held
          readings.wrappingAdd(1, ordering: .relaxed)
        }, workers: 3)
      for _ in 0..<20 {
        let stream = dealt.batches(epoch: 0)
        _ = try stream.next()
      }
    }
    // Threads end after the part that they are making; until then they hold what they read.
    for _ in 0..<2000 where witness != nil { usleep(1000) }
    #expect(witness == nil)
    #expect(readings.load(ordering: .relaxed) < 20 * 100)
  }

  @Test("an empty data set has no batch", arguments: [0, 2])
  func empty(workers: Int) throws {
    let dealt = loader(Numbers(count: 0), workers: workers)
    #expect(dealt.batchCount == 0 && dealt.exampleCount == 0)
    #expect(try dealt.batches(epoch: 0).next() == nil)
  }

  @Test("many streams at once, each left at another place")
  func manyStreams() throws {
    let dealt = loader(Numbers(count: 40), workers: 2)
    let whole = try contents(dealt.batches(epoch: 0))
    for round in 0..<200 {
      let stream = dealt.batches(epoch: 0)
      for batch in 0..<round % 11 {
        let found = try #require(try stream.next())
        #expect(
          found.inputs.scalars(as: Float.self) + found.targets.scalars(as: Float.self)
            == whole[batch])
      }
    }
  }
}
