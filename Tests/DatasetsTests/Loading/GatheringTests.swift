import Arrays
import Datasets
import Tensors
import Testing

@Suite struct GatheringTests {
  @Test("rows of tensors", arguments: [DataType.float32, .float64, .int64, .uint8, .bool])
  func tensors(_ type: DataType) throws {
    let inputs = Tensor.range(0..<30).reshaped(to: [10, 3]).to(type)
    let data = TensorDataset(inputs, Tensor.range(0..<10))
    let loader = Loader(gathering: data, batchSize: 4, order: .shuffled, seed: 3)
    let single = Loader(data, batchSize: 4, order: .shuffled, seed: 3, workers: 2)
    let (stream, other) = (loader.batches(epoch: 0), single.batches(epoch: 0))
    var seen: [Int] = []
    while let batch = try stream.next() {
      let labels = batch.targets.scalars(as: Int.self)
      #expect(batch.inputs.dataType == type)
      #expect(
        batch.inputs.scalars(as: Int.self)
          == inputs.take(batch.targets, along: 0).scalars(as: Int.self))
      let same = try #require(try other.next())
      #expect(same.inputs.scalars(as: Int.self) == batch.inputs.scalars(as: Int.self))
      #expect(same.targets.scalars(as: Int.self) == labels)
      seen += labels
    }
    #expect(try other.next() == nil)
    #expect(seen.sorted() == Array(0..<10))
  }

  @Test("views of tensors are read as they look")
  func views() throws {
    let inputs = Tensor.range(0..<12).reshaped(to: [3, 4]).transposed()
    let data = TensorDataset(inputs, Tensor.range(0..<4))
    #expect(try data.example(at: 1).input.scalars(as: Int.self) == [1, 5, 9])
    #expect(try data.gathered([3, 0]).inputs.scalars(as: Int.self) == [3, 7, 11, 0, 4, 8])
  }

  @Test("labelled images are dealt as DataLoader deals them")
  func images() throws {
    let digits = try Digits.load()
    let old = DataLoader(digits, batchSize: 100, seed: 5).epoch(2)
    let stream = Loader(gathering: digits, batchSize: 100, order: .shuffled, seed: 5)
      .batches(epoch: 2)
    for batch in old {
      let found = try #require(try stream.next())
      #expect(found.inputs.scalars(as: Float.self) == batch.images.scalars(as: Float.self))
      #expect(found.targets.scalars(as: Int.self) == batch.labels.scalars(as: Int.self))
    }
    #expect(try stream.next() == nil)
  }

  @Test("a part of labelled images")
  func subsets() throws {
    let digits = try Digits.load()
    let part = Subset(digits, places: [7, 7, 3])
    let batch = try #require(
      try Loader(gathering: part, batchSize: 8).batches(epoch: 0).next())
    let expected = digits.batch([7, 7, 3])
    #expect(batch.inputs.scalars(as: Float.self) == expected.images.scalars(as: Float.self))
  }

  @Test("an image of a data set has its channels side by side")
  func interleaves() throws {
    let images = LabelledImages(
      pixels: [1, 2, 3, 4, 5, 6, 7, 8], classes: [1], size: .init(channels: 2, height: 2, width: 2),
      classCount: 2)
    let example = try images.example(at: 0)
    #expect(example.value.pixels == [1, 5, 2, 6, 3, 7, 4, 8] && example.label == 1)
    let dark = LabelledImages(
      pixels: [0, 8, 16, 1], classes: [0], size: .init(height: 2, width: 2), classCount: 1,
      brightest: 16)
    #expect(try dark.example(at: 0).value.pixels == [0, 128, 255, 16])
  }
}
