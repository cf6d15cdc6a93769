import { describe, expect, it } from 'vitest'
import { columnsOf, rowsOf, valueOf, withoutRow, withoutThing, withTable, withThing, type Graph } from '@/knowledge/graph'

const graph = (): Graph => ({
  schema: {
    types: [{ name: 'product', labels: { zh: '商品' }, synonyms: [] }, { name: 'phone', within: 'product', labels: { zh: '手机', en: 'phone' }, synonyms: [] }, { name: 'brand', labels: { en: 'brand' }, synonyms: [] }],
    attributes: [
      { name: 'price', of: ['product'], value: 'number', unit: 'CNY', labels: { zh: '价格', en: 'price' }, synonyms: ['售价'], more: [], less: [] },
      { name: 'battery', of: ['phone'], value: 'number', unit: 'mAh', labels: { en: 'battery' }, synonyms: [], more: [], less: [] },
    ],
    relations: [{ name: 'made_by', from: ['phone'], to: ['brand'], labels: { en: 'brand' }, synonyms: [], inverse: 'makes', inverse_labels: {}, inverse_synonyms: [] }],
  },
  things: [
    { id: 'p1', type: 'phone', names: { en: 'One' }, aliases: [], attributes: { price: { kind: 'number', amount: 1, unit: 'CNY' }, battery: { kind: 'number', amount: 2, unit: 'mAh' } } },
    { id: 'b', type: 'brand', names: { en: 'Lark' }, aliases: [], attributes: {} },
  ],
  links: [{ from: 'p1', name: 'made_by', to: 'b' }],
})

describe('a table', () => {
  it('is read as CSV, or as cells of a spreadsheet', () => {
    expect(rowsOf('\uFEFFa,b\r\n"x, ""y""",2\r\n\r\n')).toEqual([['a', 'b'], ['x, "y"', '2']])
    expect(rowsOf('a\tb\n1,5\t"two\nlines"')).toEqual([['a', 'b'], ['1,5', 'two\nlines']])
    expect(rowsOf('')).toEqual([])
  })

  it('says what its columns are', () => {
    const rows = rowsOf('编号,型号,售价,屏幕（英寸）,防水,上市,颜色,备注\np2,云雀二号,"2,999 元",6.1,是,2026/3/1,黑|白,\np3,云雀三号,1999,6.7,否,2026-04-01,红,')
    expect(columnsOf(rows, graph(), 'phone').map(({ as, name, value, unit, isNew }) => [as, name, value, unit, isNew])).toEqual([
      ['id', '', 'text', '', false], ['name_zh', '', 'text', '', false], ['attribute', 'price', 'number', 'CNY', false], ['attribute', '屏幕', 'number', '英寸', true],
      ['attribute', '防水', 'bool', '', true], ['attribute', '上市', 'date', '', true], ['attribute', '颜色', 'list', '', true], ['none', '', 'text', '', false],
    ])
  })

  it('means numbers where it names a unit', () => {
    const [first, second] = columnsOf(rowsOf('翼展[cm],备注（可不填）\n180,好\n很长,'), graph(), 'phone')
    expect([first!.value, first!.unit, second!.value]).toEqual(['number', 'cm', 'text'])
  })

  it('becomes things, and says which cells do not fit', () => {
    const before = graph()
    const columns = columnsOf(rowsOf('id,name,price,weight[g]\np1,One,5,180\np2,Two,much,200'), before, 'phone')
    const made = withTable(before, { name: 'phone', zh: '', en: '' }, columns)
    expect([made.added, made.changed, made.misfits]).toEqual([1, 1, [{ line: 3, header: 'price', cell: 'much' }]])
    expect(made.graph.things[0]!.attributes).toEqual({ price: { kind: 'number', amount: 5, unit: 'CNY' }, battery: { kind: 'number', amount: 2, unit: 'mAh' }, weight: { kind: 'number', amount: 180, unit: 'g' } })
    expect(made.graph.schema.attributes.at(-1)).toMatchObject({ name: 'weight', of: ['phone'], unit: 'g', labels: { en: 'weight' } })
    expect(before).toEqual(graph())
    const fresh = withTable({ schema: { types: [], attributes: [], relations: [] }, things: [], links: [] }, { name: '门店', zh: '门店', en: '' }, columnsOf(rowsOf('名称,城市\n一店,上海'), graph(), '门店'))
    expect(fresh.graph.schema.types).toEqual([{ name: '门店', labels: { zh: '门店' }, synonyms: [] }])
    expect(fresh.graph.things[0]).toMatchObject({ id: '一店', type: '门店', names: { zh: '一店' }, attributes: { 城市: { kind: 'text', texts: { zh: '上海' } } } })
  })
})

describe('a value', () => {
  it('is what its attribute wants, or nothing', () => {
    expect(valueOf('number', 'CNY', '¥2,999.5', 'zh')).toEqual({ kind: 'number', amount: 2999.5, unit: 'CNY' })
    expect(valueOf('number', 'CNY', '2999 元', 'zh')).toEqual({ kind: 'number', amount: 2999, unit: 'CNY' })
    expect([valueOf('number', 'g', '2 kg', 'zh'), valueOf('number', 'g', 'many', 'zh'), valueOf('bool', undefined, 'maybe', 'zh'), valueOf('date', undefined, 'soon', 'zh'), valueOf('text', undefined, ' ', 'zh')]).toEqual([null, null, null, null, null])
    expect(valueOf('date', undefined, '2026年3月1日', 'zh')).toEqual({ kind: 'date', date: '2026-03-01' })
  })
})

describe('a change', () => {
  it('takes the links of a thing with it', () => {
    const renamed = withThing(graph(), 'b', { ...graph().things[1]!, id: 'lark' }, [])
    expect(renamed.links).toEqual([{ from: 'p1', name: 'made_by', to: 'lark' }])
    expect(withoutThing(graph(), 'b').links).toEqual([])
    expect(withThing(graph(), 'p1', graph().things[0]!, []).links).toEqual([])
  })

  it('leaves nothing that needs what was deleted', () => {
    const without = withoutRow(graph(), 'types', 'phone')
    expect([without.things.map((one) => one.id), without.links, without.schema.relations, without.schema.attributes.map((one) => one.name)]).toEqual([['b'], [], [], ['price']])
    expect(withoutRow(graph(), 'attributes', 'price').things[0]!.attributes).not.toHaveProperty('price')
    expect(withoutRow(graph(), 'relations', 'made_by').links).toEqual([])
  })
})
