/** The 80 things of COCO in the order that most detectors use. */
export const coco80: string[] = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,' +
  'bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,' +
  'sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,' +
  'bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,' +
  'toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,' +
  'teddy bear,hair drier,toothbrush'
).split(',')

/** Ids of COCO's annotations that none of the 80 has. */
const unused = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83]

/** By the id of COCO's annotations, 1 to 90; detectors that count from 0 put the background there. */
export const coco91: string[] = Array.from({ length: 91 }, (_, id) => {
  if (id === 0) return 'background'
  if (unused.includes(id)) return `unused ${id}`
  return coco80[id - 1 - unused.filter((each) => each < id).length] as string
})
